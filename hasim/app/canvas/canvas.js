// The component: Streamlit calls the function below with each run of the page, and each time with
// the same parent element. The first call builds the board, later ones bring it up to date. It also
// ends components that stay (decision 0039): their boards go on.

const BOARDS = new WeakMap();

export default function show(component) {
  const { parentElement } = component;
  if (!BOARDS.has(parentElement)) BOARDS.set(parentElement, boardOf(component));
  const board = BOARDS.get(parentElement);
  board.component = component;
  if (board.cy) update(board);
  return () => {
    if (!parentElement.isConnected) close(board, parentElement);
  };
}

function boardOf(component) {
  const board = {
    component,
    parts: skeleton(component.data.label),
    outbox: outboxOf(),
    due: Infinity,
    marks: {},
    telling: 0,
    still: matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
  component.parentElement.append(board.parts.root);
  build(board).catch((error) => {
    board.parts.note.classList.add("shown");
    board.parts.note.textContent = `The drawing library did not load: ${error.message}`;
    board.parts.live.textContent = board.parts.note.textContent;
  });
  return board;
}

async function build(board) {
  const { data } = board.component;
  const library = await import(new URL(data.library, document.baseURI).href);
  const cytoscape = Object.values(library).find((exported) => exported?.version);
  const { parts } = board;
  if (!parts.root.isConnected) return;
  sizeTo(board, data);
  board.theme = themeOf(parts.root);
  board.cy = cytoscape({
    container: parts.graph,
    style: sheetOf(board.theme),
    layout: { name: "preset" },
    minZoom: 0.08,
    maxZoom: 3,
    userZoomingEnabled: false,
    autounselectify: false,
  });
  board.model = modelOf({});
  buildToolbar(board);
  listenToPointer(board);
  listenToKeys(board);
  board.cy.on("render", () => inkAll(board));
  board.sizes = new ResizeObserver(() => resized(board));
  board.sizes.observe(parts.floor);
  update(board);
}

function update(board) {
  const { data } = board.component;
  forget(board.outbox, data.applied);
  greet(board, data.session);
  sizeTo(board, data);
  board.editable = data.editable;
  board.parts.bar.hidden = !data.editable;
  board.cy.autoungrabify(!data.editable);
  retheme(board);
  if (board.busy) {
    board.waiting = true;
    return;
  }
  board.marks = data.marks;
  if (data.epoch === board.epoch) remark(board.model, data.elements);
  else load(board, data);
  redraw(board, { glide: true });
  showHint(board);
  showButtons(board);
  if (!board.parts.tip.hidden) showTip(board, board.hover, board.tipPlace);
  obey(board, data);
}

// A session that never heard what waits here is told it under its own name.
function greet(board, session) {
  const isNew = session !== board.session;
  board.session = session;
  if (isNew && board.outbox.pending.length) tellWithin(board, 0);
}

// A new drawing, with what Python has not applied yet done again on top of it.
function load(board, data) {
  const isFirst = board.epoch === undefined || board.model.nodes.size === 0;
  board.model = modelOf(data.elements);
  board.epoch = data.epoch;
  for (const step of board.outbox.pending) edit(board.model, step);
  if (!isFirst) return;
  redraw(board);
  fitView(board);
}

// What Python chose; but what it chose before it heard what was chosen here last is out of date.
function obey(board, { chosen, heard }) {
  if (heard < board.telling || chosen === board.obeyed) return;
  board.obeyed = chosen;
  if (chosen) choose(board, chosen, { quiet: true });
}

// While something is dragged, picked or renamed, what Python says waits.
function begin(board, what) {
  board.busy = what;
  board.parts.tip.hidden = true;
  board.parts.handle.hidden = what !== "band";
}

function done(board) {
  board.busy = null;
  if (!board.waiting) return;
  board.waiting = false;
  update(board);
}

function sizeTo(board, data) {
  board.parts.root.style.height = `${data.height}px`;
}

function retheme(board) {
  const theme = themeOf(board.parts.root);
  const text = JSON.stringify(theme);
  if (text === board.themeText) return;
  board.themeText = text;
  board.theme = theme;
  board.parts.root.classList.toggle("dark", theme.dark);
  for (const name of ["card", "stage", "muted", "faint", "edge", "error", "warning", "primary"]) {
    board.parts.root.style.setProperty(`--${name}`, theme[name]);
  }
  board.cy.style(sheetOf(theme));
  showGround(board);
}

function resized(board) {
  const { cy, parts } = board;
  const had = { width: cy.width(), height: cy.height() };
  cy.resize();
  if (had.width < 20 || had.height < 20) fitView(board);
  showGround(board);
  parts.tip.hidden = true;
}

function close(board, parentElement) {
  BOARDS.delete(parentElement);
  for (const timer of ["silence", "resting", "tipping", "leaving"]) clearTimeout(board[timer]);
  board.sizes?.disconnect();
  board.cy?.destroy();
  board.parts.root.remove();
}
