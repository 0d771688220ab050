/** Whether two objects of one kind have the same things in their fields. */
export const isSame = <T extends object>(a: T, b: T): boolean =>
  Object.keys(b).every((key) => Object.is(Reflect.get(a, key), Reflect.get(b, key)));
