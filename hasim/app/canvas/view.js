// What part of the drawing is seen, and how large.

const LARGEST_AT_FIT = 1.1;
const EDGE = { left: 24, right: 64, top: 28 }; // the buttons stand at the right

function zoomBy(board, factor, at) {
  const { cy, parts } = board;
  const middle = { x: parts.floor.clientWidth / 2, y: parts.floor.clientHeight / 2 };
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: at ?? middle });
}

function fitView(board) {
  const { cy } = board;
  cy.resize();
  if (cy.nodes().empty()) {
    cy.viewport({ zoom: 1, pan: { x: cy.width() / 2, y: cy.height() / 2 } });
    return;
  }
  const box = cy.nodes().boundingBox({ includeOverlays: false, includeUnderlays: false });
  const room = { w: cy.width() - EDGE.left - EDGE.right, h: cy.height() - 2 * EDGE.top };
  const zoom = Math.max(cy.minZoom(), Math.min(room.w / box.w, room.h / box.h, LARGEST_AT_FIT));
  cy.viewport({
    zoom,
    pan: {
      x: EDGE.left + room.w / 2 - (zoom * (box.x1 + box.x2)) / 2,
      y: EDGE.top + room.h / 2 - (zoom * (box.y1 + box.y2)) / 2,
    },
  });
}

function showAt(board, drawn) {
  const { cy } = board;
  const box = drawn.renderedBoundingBox({ includeOverlays: false, includeUnderlays: false });
  const over = (least, most, room) => {
    if (most - least > room - 40) return room / 2 - (least + most) / 2;
    return Math.max(0, 20 - least) - Math.max(0, most - room + 20);
  };
  const by = { x: over(box.x1, box.x2, cy.width()), y: over(box.y1, box.y2, cy.height()) };
  if (by.x || by.y) cy.panBy(by);
}

function placeInModel(board, rendered) {
  const { x, y } = board.cy.pan();
  const zoom = board.cy.zoom();
  return { x: (rendered.x - x) / zoom, y: (rendered.y - y) / zoom };
}

function placeOnFloor(board, event) {
  const box = board.parts.floor.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function isOnFloor(board, event) {
  const box = board.parts.floor.getBoundingClientRect();
  const within = (at, least, most) => at >= least && at <= most;
  return within(event.clientX, box.left, box.right) && within(event.clientY, box.top, box.bottom);
}

// The dots of the ground move with the drawing, so that panning is felt.
function showGround(board) {
  const { x, y } = board.cy.pan();
  const step = 24 * board.cy.zoom();
  const { style } = board.parts.stage;
  style.setProperty("--step", `${step < 12 ? step * 4 : step}px`);
  style.setProperty("--right", `${x}px`);
  style.setProperty("--down", `${y}px`);
}
