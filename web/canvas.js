'use strict';
// The canvas: its size, and input for the program. Keys are taken only while it has the focus, and
// Tab always leaves it.

headwise.canvas = (() => {
  const canvas = headwise.element('canvas');
  const program = headwise.program;
  const slop = 8;           // how far a finger may stray and still tap
  const longPress = 450;    // milliseconds
  const speedTime = 25;     // milliseconds over which a finger's speed is measured
  const glideTime = 325;    // milliseconds until what was thrown has a third of its speed
  const buttons = {0: 0, 1: 2};  // the browser's numbers to the program's

  const known = new Map();  // of the graphics state
  let prepared = false;

  // Makes the graphics context. That takes about as long as loading the program, so it is done
  // meanwhile; the program finds it.
  function prepare() {
    const gl = !prepared && canvas.getContext('webgl2', {alpha: false, depth: false, stencil: false, antialias: false});
    if (!gl) return;
    prepared = true;
    // Dear ImGui asks for the whole state in every frame, to put it back; each answer takes a trip to
    // another process. Nobody else draws here, so the first answer will do.
    const ask = gl.getParameter.bind(gl);
    gl.getParameter = (name) => {
      if (!known.has(name)) known.set(name, ask(name));
      return known.get(name);
    };
  }

  function resize(width, height) {
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    program.resize(width, height, devicePixelRatio);
    headwise.edit.follow();
  }

  // In device pixels; `exact` is what the browser says of its own rounding, where it does.
  function measure(exact) {
    const box = canvas.getBoundingClientRect();
    const pixels = (size, known) => {
      const rounded = Math.max(1, Math.round(size * devicePixelRatio));
      // Emulated densities are not in what is said to be exact.
      return known > 0 && Math.abs(known - rounded) <= 1 ? known : rounded;
    };
    resize(pixels(box.width, exact?.inlineSize), pixels(box.height, exact?.blockSize));
  }

  function watchSize() {
    const observer = new ResizeObserver(([entry]) => measure(entry.devicePixelContentBoxSize?.[0]));
    try {
      observer.observe(canvas, {box: 'device-pixel-content-box'});
    } catch {
      observer.observe(canvas);
    }
    // Moving to another screen can change the density alone.
    const watchDensity = () => {
      matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener('change', () => {
        measure();
        watchDensity();
      }, {once: true});
    };
    watchDensity();
  }

  // ---- mouse and pen

  function onMouse(event) {
    switch (event.type) {
      case 'pointermove':
        return program.pointer_move(event.offsetX, event.offsetY, 0);
      case 'pointerdown':
        canvas.setPointerCapture(event.pointerId);
        program.pointer_move(event.offsetX, event.offsetY, 0);
        if (event.button in buttons) program.pointer_button(buttons[event.button], 1);
        return;
      case 'pointerup':
      case 'pointercancel':
        if (event.button in buttons) program.pointer_button(buttons[event.button], 0);
        return;
      case 'pointerleave':
        return program.pointer_leave();
    }
  }

  // ---- touch. A tap points there and clicks; what only shows something stays pointed at, until the next
  // tap. A long touch points. One finger that moves drags along what is below it, where that scrolls, else
  // it presses and drags. Two fingers zoom what is between them, or drag it in any direction.

  const fingers = new Map();  // by pointer: {x, y}
  let gliding = 0;            // an animation frame
  let gesture = null;         // {state: waiting | looking | scrolling | pressed | two | zooming | dragging | over, ...}

  function stopGliding() {
    cancelAnimationFrame(gliding);
    gliding = 0;
  }

  function press(at) {
    gesture.state = 'pressed';
    program.pointer_move(at.x, at.y, 1);
    program.pointer_button(0, 1);
  }

  // Takes back what the finger was about to do.
  function abandon() {
    clearTimeout(gesture.timer);
    program.pointer_leave();
    if (gesture.state === 'pressed') program.pointer_button(0, 0);
  }

  function touchStart(x, y, now) {
    program.pointer_move(x, y, 1);
    const timer = setTimeout(() => { gesture.state = 'looking'; }, longPress);
    gesture = {state: 'waiting', start: {x, y}, timer, velocity: 0, time: now};
  }

  function touchMove(x, y, from, now) {
    const {start} = gesture;
    if (gesture.state === 'waiting' || gesture.state === 'looking') {
      if (Math.hypot(x - start.x, y - start.y) <= slop) return;
      clearTimeout(gesture.timer);
      gesture.sideways = Math.abs(x - start.x) > Math.abs(y - start.y);
      const scrolls = gesture.state === 'waiting' &&
        program.drag_start(start.x, start.y, gesture.sideways ? 1 : 0, gesture.sideways ? 0 : 1) && !program.takes_drag();
      if (scrolls) gesture.state = 'scrolling';
      else press(start);
      from = start;
    }
    if (gesture.state === 'pressed') program.pointer_move(x, y, 1);
    if (gesture.state !== 'scrolling') return;
    const by = gesture.sideways ? x - from.x : y - from.y;
    const since = Math.max(now - gesture.time, 1);
    const old = Math.exp(-since / speedTime);
    Object.assign(gesture, {time: now, velocity: (1 - old) * by / since + old * gesture.velocity});
    scroll(by, gesture.sideways);
  }

  // A picture may bring something below the finger that a drag would change: that is left alone.
  const drag = (x, y) => !program.takes_drag() && program.drag(x, y);
  const scroll = (by, sideways) => drag(sideways ? by : 0, sideways ? 0 : by);

  // What was thrown comes to rest by itself. Times are those of the finger: a slow frame between them is no pause.
  function glide({velocity, sideways, time}, released) {
    if (released - time > 60 || headwise.host.isMotionReduced()) return;
    let last = performance.now();
    const step = (now) => {
      const by = velocity * Math.max(now - last, 0);
      velocity *= Math.exp((last - now) / glideTime);
      last = now;
      const moves = Math.abs(velocity) > 0.03 && (by === 0 || scroll(by, sideways));
      gliding = moves ? requestAnimationFrame(step) : 0;
    };
    gliding = requestAnimationFrame(step);
  }

  function touchEnd(wasCancelled, now) {
    const {state, start} = gesture;
    clearTimeout(gesture.timer);
    if (state === 'scrolling' && !wasCancelled) glide(gesture, now);
    if (state === 'waiting' && !wasCancelled) {
      program.pointer_move(start.x, start.y, 1);
      program.pointer_button(0, 1);
    }
    if (state === 'pressed' || (state === 'waiting' && !wasCancelled)) program.pointer_button(0, 0);
    if (wasCancelled || !program.holds_pointer()) program.pointer_leave();
  }

  // The middle of two fingers, and how far they are apart.
  function span() {
    const [a, b] = fingers.values();
    return {x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1)};
  }

  function twoMove() {
    const now = span();
    const {start} = gesture;
    if (gesture.state === 'two') {
      const wider = Math.abs(now.apart - start.apart);
      const moved = Math.hypot(now.x - start.x, now.y - start.y);
      if (Math.max(wider, moved) < slop * 1.5) return;
      gesture.state = 'over';
      if (wider >= moved && program.pinch_start(start.x, start.y)) gesture.state = 'zooming';
      if (wider < moved && program.drag_start(start.x, start.y, 1, 1)) {
        if (program.takes_drag()) press(start);
        else gesture.state = 'dragging';
      }
      gesture.last = start;
    }
    const {last} = gesture;
    if (gesture.state === 'zooming') program.pinch(now.apart / last.apart);
    if (gesture.state === 'pressed') program.pointer_move(now.x, now.y, 1);
    if (gesture.state === 'dragging') drag(now.x - last.x, now.y - last.y);
    gesture.last = now;
  }

  function onTouch(event) {
    const x = event.offsetX;
    const y = event.offsetY;
    const {pointerId: id, timeStamp: now} = event;
    if (event.type === 'pointerdown') {
      stopGliding();
      canvas.setPointerCapture(id);
      fingers.set(id, {x, y});
      if (fingers.size === 1) touchStart(x, y, now);
      if (fingers.size === 2) {
        abandon();
        gesture = {state: gesture.state === 'over' ? 'over' : 'two', start: span()};
      }
      return;
    }
    const from = fingers.get(id);
    if (!from) return;
    if (event.type === 'pointermove') {
      fingers.set(id, {x, y});
      if (fingers.size === 1) touchMove(x, y, from, now);
      if (fingers.size === 2) twoMove();
    } else if (event.type === 'pointerup' || event.type === 'pointercancel') {
      if (gesture.state === 'zooming') program.pinch_end();
      if (fingers.size > 1 && gesture.state === 'pressed') abandon();
      if (fingers.size === 1) touchEnd(event.type === 'pointercancel' || gesture.state === 'over', now);
      else gesture = {state: 'over'};
      fingers.delete(id);
    }
  }

  function onPointer(event) {
    if (event.type === 'pointerdown') {
      canvas.classList.add('pointed');
      canvas.focus({preventScroll: true});
    }
    if (event.pointerType === 'touch') onTouch(event);
    else onMouse(event);
  }

  // With Control, and as two fingers on a touchpad do it, the wheel zooms the picture below; where there
  // is none it is the browser's zoom.
  function onWheel(event) {
    const unit = [1, 100 / 3, canvas.clientHeight][event.deltaMode];
    const isTouchpad = event.ctrlKey && event.deltaMode === 0 && Math.abs(event.deltaY) < 40;
    const [x, y] = [event.offsetX, event.offsetY];
    const isTaken = isTouchpad
      ? program.pinch_start(x, y) && (program.pinch(Math.exp(-event.deltaY / 100)), true)
      : program.wheel(x, y, event.deltaX * unit, event.deltaY * unit, event.ctrlKey ? 1 : 0);
    if (isTaken) event.preventDefault();
  }

  // ---- keys and clipboard

  function onKey(event) {
    canvas.classList.remove('pointed');
    if (event.key === 'Tab' || event.isComposing) return;
    const modifiers = event.ctrlKey | event.shiftKey << 1 | event.altKey << 2 | event.metaKey << 3;
    if (program.key(event.code, event.key, modifiers, event.type === 'keydown' ? 1 : 0)) event.preventDefault();
  }

  function onCopy(event) {
    const text = program.copy(event.type === 'cut' ? 1 : 0);
    if (!text) return;
    event.clipboardData.setData('text/plain', text);
    event.preventDefault();
  }

  function onPaste(event) {
    const text = event.clipboardData.getData('text/plain');
    if (!program.paste(text)) headwise.command('paste ' + text);
    event.preventDefault();
  }

  // When the program runs.
  function start() {
    prepare();
    measure();
    watchSize();
    for (const type of ['pointermove', 'pointerdown', 'pointerup', 'pointercancel', 'pointerleave']) {
      canvas.addEventListener(type, onPointer);
    }
    // No mouse events made of touches: they would take the focus from a field that a tap opened.
    canvas.addEventListener('touchend', (event) => {
      if (event.cancelable) event.preventDefault();
    }, {passive: false});
    canvas.addEventListener('wheel', onWheel, {passive: false});
    canvas.addEventListener('keydown', onKey);
    canvas.addEventListener('keyup', onKey);
    canvas.addEventListener('focus', () => program.focus(1));
    canvas.addEventListener('blur', () => {
      canvas.classList.remove('pointed');
      program.focus(0);
    });
    canvas.addEventListener('copy', onCopy);
    canvas.addEventListener('cut', onCopy);
    canvas.addEventListener('paste', onPaste);
    // Nobody sees a hidden tab: nothing is drawn.
    const onVisibility = () => program.visible(document.hidden ? 0 : 1);
    document.addEventListener('visibilitychange', onVisibility);
    onVisibility();
    canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();  // asks for it back
      program.context_lost();
    });
    canvas.addEventListener('webglcontextrestored', () => {
      known.clear();
      program.context_restored();
    });
  }

  return {
    prepare,
    start,
    setCursor: (css) => { canvas.style.cursor = css; },
  };
})();
