/**
 * The variables that a process started here gets. Node hands on what the given object inherits too, so that a name put into
 * `Object.prototype` by any package would be a variable of the child, NODE_OPTIONS among them: this object inherits nothing.
 */
export function environment(more: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  return Object.assign(Object.create(null) as NodeJS.ProcessEnv, process.env, more);
}
