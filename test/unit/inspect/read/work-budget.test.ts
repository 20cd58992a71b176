import { WorkBudget } from '../../../../src/inspect/read/work-budget.ts';

describe('the work that one input may ask for', () => {
  test('is refused before it is done, and what is less is still done', () => {
    const budget = new WorkBudget();
    budget.spend(15_000_000, 'a key');
    expect(() => {
      budget.spend(6_000_000, 'a key');
    }).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
    budget.spend(5_000_000, 'a key');
    expect(() => {
      budget.spend(1, 'a key');
    }).toThrow('a key is more work than is done for one file');
  });
});
