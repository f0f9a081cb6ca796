// Keys. What the mouse can do, they can do; the table is also the help that `?` shows.

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

const KEYS = [
  { keys: "Tab, Shift+Tab", says: "next, previous part; past the last one: out of the drawing" },
  { keys: "Arrows", says: "the nearest part in that direction; with Shift: select it too" },
  { keys: "E", says: "the next connection of this part", on: "e", run: stepAlongEdges },
  { keys: "Enter", says: "open it in the inspector", on: "Enter", run: open },
  { keys: "Ctrl+A", says: "select everything", on: "ctrl+a", run: chooseAll },
  { keys: "Escape", says: "cancel, close, select nothing", on: "Escape", run: escape },
  { keys: "1 … 9", says: "add a part, in the order of the buttons", edits: true },
  {
    keys: "C",
    says: "connect it to what it needs: arrows, then Enter",
    on: "c",
    run: (board) => startPick(board, "connect"),
    edits: true,
  },
  {
    keys: "P",
    says: "put it into a zone or region: arrows, then Enter",
    on: "p",
    run: (board) => startPick(board, "drop"),
    edits: true,
  },
  { keys: "Alt+Arrows", says: "move it; with Shift: in larger steps", edits: true },
  { keys: "F2, double click", says: "rename it", on: "F2", run: startRename, edits: true },
  {
    keys: "Delete, Backspace",
    says: "remove it; replicas in a zone: take them out of it",
    on: "Delete",
    also: "Backspace",
    run: removeChosen,
    edits: true,
  },
  { keys: "Ctrl+C, Ctrl+V", says: "copy, paste", on: "ctrl+c", run: keepForPaste, edits: true },
  {
    keys: "Ctrl+D",
    says: "copy it beside itself",
    on: "ctrl+d",
    run: (board) => copyChosen(board),
    edits: true,
  },
  { on: "ctrl+v", run: (board) => copyChosen(board, board.clipping ?? []) },
  { keys: "Ctrl+Z", says: "undo", on: "ctrl+z", run: undo, edits: true },
  {
    keys: "Ctrl+Shift+Z, Ctrl+Y",
    says: "redo",
    on: "ctrl+shift+z",
    also: "ctrl+y",
    run: redo,
    edits: true,
  },
  {
    keys: "+  −  0",
    says: "closer, farther, all of it",
    on: "+",
    also: "=",
    run: (board) => zoomBy(board, 1.25),
  },
  { on: "-", run: (board) => zoomBy(board, 0.8) },
  { on: "0", run: fitView },
  { keys: "Ctrl+wheel, wheel", says: "zoom; the wheel alone once the drawing is in use" },
  { keys: "Shift+drag", says: "select all in a rectangle" },
  {
    keys: "?",
    says: "these keys",
    on: "?",
    run: (board) => showHelp(board, board.parts.help.hidden),
  },
];

function listenToKeys(board) {
  const { stage } = board.parts;
  stage.addEventListener("keydown", (event) => pressed(board, event));
  stage.addEventListener("blur", () => tellNudged(board));
  stage.addEventListener("keyup", (event) => lifted(board, event));
  // The frame of the focus is for those who use keys: a click shows it less.
  const usesKeys = (uses) => () => board.parts.root.classList.toggle("keys", uses);
  board.parts.root.addEventListener("keydown", usesKeys(true));
  board.parts.root.addEventListener("keyup", usesKeys(true));
  board.parts.root.addEventListener("pointerdown", usesKeys(false), { capture: true });
  stage.addEventListener("focus", () => focused(board));
  board.parts.help.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") showHelp(board, false);
  });
}

function focused(board) {
  if (!stageHasKeys(board) || current(board)) return;
  say(board, `${board.model.nodes.size} elements. Tab selects, question mark lists the keys.`);
}

function stageHasKeys(board) {
  return board.parts.root.classList.contains("keys") || board.parts.stage.matches(":focus-visible");
}

function pressed(board, event) {
  if (!event.defaultPrevented && handled(board, event)) event.preventDefault();
  // Streamlit listens to single letters on the page: C would clear its caches.
  if (event.key !== "Tab") event.stopPropagation();
}

function handled(board, event) {
  if (board.busy === "drag" || board.busy === "band") return event.key !== "Tab";
  if (board.pick) return keyInPick(board, event.key) ?? true;
  if (event.key === "Tab") return step(board, event.shiftKey ? -1 : 1);
  if (ARROWS[event.key]) return arrow(board, event);
  const digit =
    /^[1-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && PALETTE[event.key - 1];
  if (digit) return addPart(board, digit) ?? true;
  const pressedKeys = spelled(event);
  const entry = KEYS.find(({ on, also }) => pressedKeys === on || (also && pressedKeys === also));
  if (!entry) return false;
  entry.run(board);
  return true;
}

function spelled(event) {
  const control = event.ctrlKey || event.metaKey ? "ctrl+" : "";
  const shifted = control && event.shiftKey ? "shift+" : "";
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return `${control}${shifted}${key}`;
}

function arrow(board, event) {
  if (event.altKey) return nudge(board, ARROWS[event.key], event.shiftKey ? 60 : 12);
  return stepAside(board, ARROWS[event.key], event.shiftKey) ?? true;
}

// Steps of one press are told as one move, when the key is lifted.
function nudge(board, [right, down], length) {
  const free = chosenNodes(board).filter((node) => isFreeToStand(node));
  if (!board.editable || !free.length) {
    say(
      board,
      board.editable
        ? "Replicas stand where their zone has room"
        : "This drawing cannot be changed",
    );
    return true;
  }
  board.nudged = new Set([...(board.nudged ?? []), ...free.map((node) => node.id)]);
  for (const node of free) shift(board.model, node, right * length, down * length);
  redraw(board);
  return true;
}

function lifted(board, event) {
  if (ARROWS[event.key] || event.key === "Alt") tellNudged(board);
}

function tellNudged(board) {
  if (!board.nudged) return;
  const nodes = [...board.nudged].map((id) => board.model.nodes.get(id)).filter(Boolean);
  board.nudged = null;
  const places = Object.fromEntries(nodes.map((node) => [node.id, node]));
  act(board, [moveTo(places)], `Moved ${namesOf(nodes)}`);
}

function escape(board) {
  if (!board.parts.help.hidden) showHelp(board, false);
  else chooseNothing(board);
}

function showHelp(board, shown) {
  const { help, stage } = board.parts;
  const rows = KEYS.filter(({ keys, edits }) => keys && (board.editable || !edits));
  const list = rows.map(({ keys, says }) =>
    part("div", {}, part("kbd", {}, keys), part("span", {}, says)),
  );
  const close = part("button", { type: "button", class: "close" }, "Close");
  close.addEventListener("click", () => showHelp(board, false));
  help.replaceChildren(part("h2", {}, "Keys"), part("div", { class: "keys" }, ...list), close);
  help.hidden = !shown;
  if (shown) help.focus();
  else stage.focus({ preventScroll: true });
}
