// The model as Cytoscape draws it: boxes, cards and lines. All lettering is done by ink.js.

function sheetOf(theme) {
  const plain = (keys) => ({ ...keys, label: "", "overlay-opacity": 0 });
  return [
    { selector: "node", style: plain(nodeStyle(theme)) },
    { selector: "edge", style: plain(edgeStyle(theme)) },
    {
      selector: "node[type = 'service']",
      style: {
        "background-color": theme.users,
        "border-color": theme.usersEdge,
        "corner-radius": 23,
        "underlay-corner-radius": 25,
      },
    },
    { selector: "node[type = 'member']", style: { "corner-radius": 7, "underlay-opacity": 0 } },
    { selector: "node[type = 'domain']", style: boxStyle(theme) },
    { selector: "node[?fill]", style: { "background-color": "data(fill)" } },
    { selector: "node[?rim]", style: { "border-color": "data(rim)", "border-width": 2.5 } },
    {
      selector: "node[?faulty]",
      style: { "border-color": theme.error, "border-style": "dashed", "border-width": 2 },
    },
    {
      selector: "edge[?ways]",
      style: {
        "curve-style": "round-segments",
        "segment-distances": "data(aside)",
        "segment-weights": "data(ways)",
        "segment-radii": 28,
        "edge-distances": "node-position",
      },
    },
    {
      selector: "edge[?faulty]",
      style: {
        "line-color": theme.error,
        "target-arrow-color": theme.error,
        "line-style": "dashed",
        width: 2.5,
      },
    },
    { selector: "node.kin", style: { "border-color": theme.primary, "border-width": 1.75 } },
    {
      selector: "edge.kin",
      style: { "line-color": theme.text, "target-arrow-color": theme.text, width: 2 },
    },
    {
      selector: "node.aim",
      style: {
        "border-color": theme.primary,
        "border-width": 2.5,
        "border-style": "dashed",
        "underlay-color": theme.primary,
        "underlay-opacity": 0.16,
        "underlay-padding": 7,
      },
    },
    {
      selector: "node:selected",
      style: {
        "border-color": theme.primary,
        "border-width": 2.5,
        "underlay-color": theme.primary,
        "underlay-opacity": 0.22,
        "underlay-padding": 6,
      },
    },
    {
      selector: "edge:selected",
      style: { "line-color": theme.primary, "target-arrow-color": theme.primary, width: 3.5 },
    },
    {
      selector: "core",
      style: {
        "selection-box-color": theme.primary,
        "selection-box-opacity": 0.12,
        "selection-box-border-color": theme.primary,
        "active-bg-opacity": 0,
      },
    },
  ];
}

function nodeStyle(theme) {
  return {
    shape: "round-rectangle",
    "corner-radius": 10,
    width: "data(w)",
    height: "data(h)",
    "background-color": theme.card,
    "border-color": theme.edge,
    "border-width": 1.4,
    "underlay-color": "#000",
    "underlay-opacity": theme.dark ? 0.25 : 0.06,
    "underlay-padding": 2,
    "underlay-shape": "round-rectangle",
    "underlay-corner-radius": 12,
    "z-index": "data(level)",
    "z-index-compare": "manual",
  };
}

function boxStyle(theme) {
  return {
    "background-color": theme.box,
    "border-color": theme.boxEdge,
    "border-width": 1.4,
    "corner-radius": 12,
    "underlay-opacity": 0,
  };
}

function edgeStyle(theme) {
  return {
    "curve-style": "bezier",
    "control-point-step-size": 36,
    width: 1.5,
    "line-color": theme.line,
    "line-style": (edge) => connectionOf(edge).line,
    "line-dash-pattern": [7, 4],
    "target-arrow-shape": (edge) => connectionOf(edge).arrow,
    "target-arrow-color": theme.line,
    "arrow-scale": 0.95,
    "target-distance-from-node": 3,
    "z-index": 40,
    "z-index-compare": "manual",
  };
}

function connectionOf(edge) {
  return CONNECTIONS[edge.data("kind")] ?? CONNECTIONS.needs;
}

// Brings the drawing in line with the model: only what differs is touched, so what is selected
// stays selected, and a new place is walked to where it was not dragged to.
function redraw(board, { glide = false } = {}) {
  const { cy, model } = board;
  cy.batch(() => {
    cy.elements()
      .filter((item) => !isKnown(model, item))
      .remove();
    for (const node of model.nodes.values()) drawNode(board, node, glide);
    for (const edge of model.edges.values()) drawEdge(board, edge);
  });
  showKin(board);
  cy.forceRender(); // words are ours: Cytoscape sees no change where nothing else has changed
}

function isKnown(model, item) {
  if (item.isNode()) return model.nodes.has(item.id());
  const edge = model.edges.get(item.id());
  return edge?.from === item.source().id() && edge?.to === item.target().id();
}

function drawNode(board, node, glide) {
  const data = nodeData(board, node);
  const drawn = board.cy.getElementById(node.id);
  const position = { x: node.x, y: node.y };
  if (drawn.empty()) {
    board.cy.add({ group: "nodes", data, position });
    return;
  }
  refresh(drawn, data);
  const at = drawn.position();
  if (at.x === node.x && at.y === node.y) return;
  drawn.stop();
  if (glide && !board.still) drawn.animate({ position }, { duration: 220, easing: "ease-out" });
  else drawn.position(position);
}

function drawEdge(board, edge) {
  const { cy, model } = board;
  if (!model.nodes.has(edge.from) || !model.nodes.has(edge.to)) return;
  const faulty = hasErrors(edge) || board.marks[edge.id]?.phase === "cut";
  const data = { kind: edge.kind, faulty, ...bendsOf(model, edge) };
  const drawn = cy.getElementById(edge.id);
  if (drawn.empty())
    cy.add({ group: "edges", data: { ...data, id: edge.id, source: edge.from, target: edge.to } });
  else refresh(drawn, data);
}

// The points on the way of a connection, in Cytoscape's terms: how far along the straight line and
// how far aside. They hold as long as both ends stand where Python placed them.
function bendsOf(model, edge) {
  const [from, to] = [model.nodes.get(edge.from), model.nodes.get(edge.to)];
  if (!edge.points?.length || hasMoved(from) || hasMoved(to)) return { ways: null, aside: null };
  const [right, down] = [to.x - from.x, to.y - from.y];
  const square = right * right + down * down || 1;
  const along = ([x, y]) => ((x - from.x) * right + (y - from.y) * down) / square;
  const aside = ([x, y]) => ((x - from.x) * -down + (y - from.y) * right) / Math.sqrt(square);
  const round = (list) => list.map((value) => value.toFixed(4)).join(" ");
  return { ways: round(edge.points.map(along)), aside: round(edge.points.map(aside)) };
}

function hasMoved(node) {
  return node.placed !== undefined && (node.placed.x !== node.x || node.placed.y !== node.y);
}

// An element is told of what differs only: each telling costs a computation of its style.
function refresh(drawn, data) {
  const changed = Object.entries(data).filter(([key, value]) => drawn.data(key) !== value);
  if (changed.length) drawn.data(Object.fromEntries(changed));
}

function nodeData(board, node) {
  const mark = board.marks[node.id] ?? {};
  return {
    id: node.id,
    type: node.type,
    w: node.w,
    h: node.h,
    level: node.type === "domain" ? depthOf(board.model, node) : node.type === "member" ? 60 : 50,
    faulty: hasErrors(node),
    fill: mark.heat === undefined ? null : board.theme.heat(Math.min(1, Math.max(0, mark.heat))),
    rim: mark.phase && mark.phase !== "up" ? board.theme.phase(mark.phase) : null,
  };
}

function hasErrors(item) {
  return (item.findings ?? []).some((finding) => finding.severity === "error");
}

// What belongs together: a group, its replicas in boxes, and its connections.
function showKin(board) {
  const { cy, model } = board;
  const kin = new Set();
  for (const node of cy.nodes(":selected").map((drawn) => model.nodes.get(drawn.id()))) {
    const group = node && groupOf(model, node);
    if (!group || group.type === "domain") continue;
    for (const other of [group, ...membersOf(model, group.id), ...edgesAt(model, group.id)]) {
      kin.add(other.id);
    }
  }
  cy.batch(() => {
    cy.elements(".kin")
      .filter((item) => !kin.has(item.id()))
      .removeClass("kin");
    for (const id of kin) cy.getElementById(id).addClass("kin");
  });
}
