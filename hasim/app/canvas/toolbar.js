// The buttons: what can be added, what can be done with what is selected, and how it is seen.

const DEEDS = [
  {
    sign: "connect",
    label: "Connect",
    keys: "C",
    needs: "group",
    run: (board) => startPick(board, "connect"),
  },
  { sign: "rename", label: "Rename", keys: "F2", needs: "node", run: startRename },
  { sign: "copy", label: "Copy", keys: "Ctrl+D", needs: "node", run: (board) => copyChosen(board) },
  { sign: "remove", label: "Remove", keys: "Delete", needs: "any", run: removeChosen },
  { sign: "undo", label: "Undo", keys: "Ctrl+Z", needs: "past", run: undo },
  { sign: "redo", label: "Redo", keys: "Ctrl+Y", needs: "future", run: redo },
  { sign: "tidy", label: "Lay out anew", run: tidy },
];

const VIEWS = [
  { sign: "closer", label: "Closer", keys: "+", run: (board) => zoomBy(board, 1.25) },
  { sign: "farther", label: "Farther", keys: "-", run: (board) => zoomBy(board, 0.8) },
  { sign: "fit", label: "Show all", keys: "0", run: fitView },
  {
    sign: "help",
    label: "Keys",
    keys: "?",
    run: (board) => showHelp(board, board.parts.help.hidden),
  },
];

function buildToolbar(board) {
  const { bar, views } = board.parts;
  views.append(...VIEWS.map((deed) => deedButton(board, deed)));
  const adding = part("div", { class: "adding", role: "group", "aria-label": "Add" });
  adding.append(...PALETTE.map((what, at) => paletteButton(board, what, at)));
  const doing = part("div", { class: "doing", role: "group", "aria-label": "Change" });
  doing.append(...DEEDS.map((deed) => deedButton(board, deed)));
  bar.append(adding, doing);
  bar.addEventListener("keydown", (event) => walkToolbar(bar, event));
  stopAt(bar, buttonsOf(bar)[0]);
}

function deedButton(board, deed) {
  const title = deed.keys ? `${deed.label} (${deed.keys})` : deed.label;
  const made = part(
    "button",
    { type: "button", class: "deed", title, "aria-label": deed.label },
    signPart(deed.sign),
  );
  if (deed.needs) made.dataset.needs = deed.needs;
  made.addEventListener("click", () => {
    board.parts.stage.focus({ preventScroll: true });
    if (made.getAttribute("aria-disabled") === "true")
      say(board, `${deed.label}: select something first`);
    else deed.run(board);
  });
  return made;
}

function paletteButton(board, what, at) {
  const key = at < 9 ? ` (${at + 1})` : "";
  const hint = what.hint ? `, ${what.hint}` : "";
  const title = `Add: ${what.label}${hint}${key}. Click, or drag it into the drawing.`;
  const made = part(
    "button",
    { type: "button", class: "add", title, "aria-label": `Add ${what.label.toLowerCase()}` },
    signPart(signOf(what)),
    part("span", {}, what.label),
  );
  made.addEventListener("click", (event) => event.detail === 0 && addPart(board, what));
  made.addEventListener(
    "pointerdown",
    (event) => event.button === 0 && carryNew(board, made, what, event),
  );
  return made;
}

// A press that does not move adds to the middle; one that does carries the new part to its place.
function carryNew(board, button, what, event) {
  const { ghost } = board.parts;
  const start = { x: event.clientX, y: event.clientY };
  let carried = false;
  button.setPointerCapture(event.pointerId);
  const follow = (moved) => {
    carried ||= Math.hypot(moved.clientX - start.x, moved.clientY - start.y) > 6;
    if (!carried) return;
    const place = placeOnFloor(board, moved);
    ghost.hidden = false;
    ghost.textContent = what.label;
    ghost.style.transform = `translate(${place.x}px, ${place.y}px) translate(-50%, -50%)`;
    aimAt(board, what.type === "service" ? null : boxAt(board.model, placeInModel(board, place)));
  };
  const finish = (ended) => {
    button.removeEventListener("pointermove", follow);
    ghost.hidden = true;
    aimAt(board, null);
    if (!carried) addPart(board, what);
    else if (isOnFloor(board, ended))
      addPart(board, what, placeInModel(board, placeOnFloor(board, ended)));
  };
  button.addEventListener("pointermove", follow);
  button.addEventListener("pointerup", finish, { once: true });
}

function buttonsOf(bar) {
  return [...bar.querySelectorAll("button:enabled")];
}

// One stop for the Tab key; inside, the arrow keys walk.
function stopAt(bar, stop) {
  for (const button of bar.querySelectorAll("button")) button.tabIndex = button === stop ? 0 : -1;
}

function walkToolbar(bar, event) {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const buttons = buttonsOf(bar);
  const at = buttons.indexOf(event.target);
  const ends = { Home: 0, End: buttons.length - 1 }[event.key];
  const next = buttons[ends ?? (by ? (at + by + buttons.length) % buttons.length : -1)];
  if (!next) return;
  event.preventDefault();
  stopAt(bar, next);
  next.focus();
}

// What needs a selection says so when it is pressed; undo and redo cannot be pressed for nothing.
function showButtons(board) {
  const { bar } = board.parts;
  const turns = turnsOf(board.outbox, board.component.data);
  const nodes = chosenNodes(board);
  const has = {
    group: nodes.some((node) => isGroup(groupOf(board.model, node))),
    node: nodes.length > 0,
    any: board.cy.elements(":selected").length > 0,
    past: turns.past > 0,
    future: turns.future > 0,
  };
  for (const button of bar.querySelectorAll("[data-needs]")) {
    const { needs } = button.dataset;
    button.setAttribute("aria-disabled", String(!has[needs]));
    button.disabled = needs in turns && !has[needs];
  }
  if (!bar.querySelector("button:enabled[tabindex='0']")) stopAt(bar, buttonsOf(bar)[0]);
}

function showHint(board) {
  const { hint } = board.parts;
  hint.hidden = board.model.nodes.size > 0;
  if (hint.hidden) return;
  const words = board.editable
    ? [
        "Start with what users see",
        "Add a service, then what it needs, and connect the two by the dot below a part. " +
          "Drop parts on zones to say where they run.",
      ]
    : ["Nothing to draw yet", ""];
  hint.replaceChildren(part("strong", {}, words[0]), part("span", {}, words[1]));
}
