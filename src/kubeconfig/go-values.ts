const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Text as Go reads it into a bool (strconv.ParseBool); `undefined` where it is none. */
export function goBoolean(text: string): boolean | undefined {
  if (TRUE.includes(text)) return true;
  return FALSE.includes(text) ? false : undefined;
}

/** Whether a string is more than what Go takes for none. */
export function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
