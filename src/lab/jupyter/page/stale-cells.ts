/**
 * Marks the cells of an open notebook that used a name which was since made from other code: an amber bar at their left, and
 * why as their title. The kernel knows, and is asked after each cell; nothing runs by itself.
 */
import { request } from "./outputs-so-far.js";

interface Kernel {
  clientId: string;
  username: string;
  info: Promise<{ implementation: string }>;
  sendControlMessage(
    message: object,
    expectReply: boolean,
  ): { done: Promise<{ content: { cells?: Record<string, string> } }> };
}

interface Notebook {
  widgets: readonly { model: { id: string }; node: { title: string }; toggleClass(name: string, on: boolean): void }[];
  parent: { sessionContext: { session: { kernel: Kernel | null } | null } } | null;
}

export interface Actions {
  NotebookActions: { executed: { connect(slot: (sender: unknown, value: { notebook: Notebook }) => void): void } };
}

interface Page {
  document: { head: { append(element: object): void }; createElement(name: "style"): { textContent: string } };
}

const style = ".palimpsest-stale :is(.jp-InputPrompt, .jp-OutputPrompt) { box-shadow: inset 3px 0 #d98e04; }";

export function markStale({ NotebookActions }: Actions): object {
  const { document } = globalThis as unknown as Page;
  const sheet = document.createElement("style");
  sheet.textContent = style;
  document.head.append(sheet);
  return {
    id: "palimpsest:stale-cells",
    autoStart: true,
    activate: (): void => NotebookActions.executed.connect((_, { notebook }) => void mark(notebook)),
  };
}

async function mark({ widgets, parent }: Notebook): Promise<void> {
  const kernel = parent?.sessionContext.session?.kernel;
  if (!kernel || (await kernel.info).implementation !== "palimpsest") return;
  const { cells = {} } = (await kernel.sendControlMessage(request(kernel, "palimpsest_stale_request"), true).done)
    .content;
  for (const widget of widgets) {
    const why = cells[widget.model.id];
    widget.toggleClass("palimpsest-stale", why !== undefined);
    widget.node.title = why ?? "";
  }
}
