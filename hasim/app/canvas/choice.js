// What is selected and opened, and what is pointed at.

function chosenNodes(board) {
  return board.cy
    .nodes(":selected")
    .map((drawn) => board.model.nodes.get(drawn.id()))
    .filter(Boolean);
}

function chosenEdges(board) {
  return board.cy
    .edges(":selected")
    .map((drawn) => board.model.edges.get(drawn.id()))
    .filter(Boolean);
}

// The one that keys act on: the last selected.
function current(board) {
  return board.model.nodes.get(board.current) ?? chosenNodes(board).at(-1) ?? null;
}

function choose(board, id, { more = false, quiet = false } = {}) {
  const { cy, model } = board;
  const drawn = cy.getElementById(id);
  if (drawn.empty()) return;
  cy.batch(() => {
    if (!more) cy.elements(":selected").not(drawn).unselect();
    drawn.select();
  });
  board.current = drawn.isNode() ? id : board.current;
  showAt(board, drawn);
  const edge = model.edges.get(id);
  if (!quiet) say(board, edge ? edgeWords(model, edge) : described(board, model.nodes.get(id)));
}

function chooseNothing(board) {
  board.cy.elements(":selected").unselect();
  board.current = null;
  say(board, "Nothing selected");
}

function chooseAll(board) {
  board.cy.nodes().select();
  say(board, `${board.cy.nodes().length} parts selected`);
}

// Tab walks in the order of reading and leaves the canvas at either end.
function step(board, by) {
  const order = readingOrder(board.model);
  const at = order.findIndex((node) => node.id === current(board)?.id);
  const next = order[at < 0 ? (by > 0 ? 0 : order.length - 1) : at + by];
  if (next) choose(board, next.id);
  return Boolean(next);
}

// The nearest node in a direction; what lies ahead counts more than what lies aside.
function neighbour(board, from, [right, down], among) {
  let best = null;
  for (const node of among) {
    const ahead = (node.x - from.x) * right + (node.y - from.y) * down;
    const aside = Math.abs((node.x - from.x) * down) + Math.abs((node.y - from.y) * right);
    const cost = ahead + 2.2 * aside;
    if (node !== from && ahead > 4 && (!best || cost < best.cost)) best = { node, cost };
  }
  return best?.node ?? null;
}

function stepAside(board, direction, more) {
  const from = current(board);
  if (!from) return step(board, 1);
  const others = [...board.model.nodes.values()];
  const next = neighbour(board, from, direction, others);
  if (next) choose(board, next.id, { more });
  else say(board, "Nothing further that way");
  return true;
}

function stepAlongEdges(board) {
  const node = groupOf(board.model, current(board) ?? {});
  const edges = node ? edgesAt(board.model, node.id) : [];
  if (!edges.length)
    return say(board, node ? `${node.name} has no connections` : "Nothing selected");
  const at = edges.findIndex((edge) => board.cy.getElementById(edge.id).selected());
  return choose(board, edges[(at + 1) % edges.length].id);
}

// Python hears of a choice when it has come to rest: each hearing is a run of the page.
function choiceChanged(board) {
  showKin(board);
  showButtons(board);
  tellWithin(board, 140);
}

function open(board) {
  const node = current(board);
  if (!node) return say(board, "Nothing selected");
  board.opened = groupOf(board.model, node).id;
  tell(board);
  return say(board, `${node.name} opened`);
}

function showTip(board, id, place) {
  board.tipPlace = place;
  const { tip, floor } = board.parts;
  const node = board.model.nodes.get(id);
  const edge = board.model.edges.get(id);
  tip.hidden = !node && !edge;
  if (tip.hidden) return;
  tip.replaceChildren(...(node ? tipOfNode(board, node) : tipOfEdge(board, edge)));
  const [width, height] = [tip.offsetWidth, tip.offsetHeight];
  const left = Math.min(Math.max(8, place.x + 14), floor.clientWidth - width - 8);
  const below = place.y + 18 + height < floor.clientHeight;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${Math.max(8, below ? place.y + 18 : place.y - height - 12)}px`;
}

function tipOfNode(board, node) {
  const mark = board.marks[node.id];
  const count =
    node.type === "member" ? `${node.count ?? 1} in ${nameOf(board.model, node.parent)}` : "";
  const says = node.type === "member" ? null : node.says;
  const kind = says?.startsWith(kindOf(node)) ? null : kindOf(node);
  const facts = [kind, count, says, mark?.phase, mark?.label];
  return [
    part("strong", {}, node.name),
    part("span", {}, facts.filter(Boolean).join(" · ")),
    ...(node.tells ?? []).map((line) => part("span", { class: "told" }, line)),
    ...tipOfFindings(node),
    ...(node.locked ? [part("span", {}, "not written in this file")] : []),
  ];
}

function tipOfEdge(board, edge) {
  return [
    part("span", {}, edgeWords(board.model, { ...edge, findings: [] })),
    ...tipOfFindings(edge),
  ];
}

function tipOfFindings(item) {
  return (item.findings ?? []).map((finding) =>
    part(
      "span",
      { class: finding.severity },
      `${finding.severity === "error" ? "Error" : "Warning"}: ${finding.text}`,
    ),
  );
}
