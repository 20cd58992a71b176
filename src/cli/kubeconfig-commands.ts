// The commands that stand in for `kubectl config`, and all that they need: a file of its own in the built program.
import { deleteFrom, listOf } from './kubectl/config-commands.ts';

export {
  currentContext,
  getContexts,
  renameContext,
  set,
  unset,
  useContext,
} from './kubectl/config-commands.ts';
export { setCluster, setContext, setCredentials } from './kubectl/set-entries.ts';
export { view } from './kubectl/view.ts';
export const deleteCluster = deleteFrom('clusters');
export const deleteContext = deleteFrom('contexts');
export const deleteUser = deleteFrom('users');
export const getClusters = listOf('clusters');
export const getUsers = listOf('users');
