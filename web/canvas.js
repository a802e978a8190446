'use strict';
// The canvas: its size, and input for the program. Keys are taken only while it has the focus, and
// Tab always leaves it.

headwise.canvas = (() => {
  const canvas = headwise.element('canvas');
  const program = headwise.program;
  const slop = 8;           // how far a finger may stray and still tap
  const longPress = 350;    // milliseconds
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

  // ---- touch: a tap is a click, a drag scrolls what is below it, else it is a drag

  let finger = null;  // {id, x, y, startX, startY, state: waiting | scrolling | pressed, timer}

  function press() {
    finger.state = 'pressed';
    clearTimeout(finger.timer);
    program.pointer_button(0, 1);
  }

  function onTouch(event) {
    const x = event.offsetX;
    const y = event.offsetY;
    if (event.type === 'pointerdown' && !finger) {
      canvas.setPointerCapture(event.pointerId);
      program.pointer_move(x, y, 1);
      finger = {id: event.pointerId, x, y, startX: x, startY: y, state: 'waiting', timer: setTimeout(press, longPress)};
      return;
    }
    if (!finger || event.pointerId !== finger.id) return;
    if (event.type === 'pointermove') {
      if (finger.state === 'waiting' && Math.hypot(x - finger.startX, y - finger.startY) > slop) {
        if (program.drag_scroll(finger.startX, finger.startY, x - finger.x, y - finger.y)) {
          finger.state = 'scrolling';
          clearTimeout(finger.timer);
        } else {
          press();
        }
      } else if (finger.state === 'scrolling') {
        program.drag_scroll(finger.startX, finger.startY, x - finger.x, y - finger.y);
      }
      if (finger.state === 'pressed') program.pointer_move(x, y, 1);
      if (finger.state !== 'waiting') Object.assign(finger, {x, y});
    } else if (event.type === 'pointerup' || event.type === 'pointercancel') {
      const {state} = finger;
      clearTimeout(finger.timer);
      finger = null;
      if (state === 'waiting' && event.type === 'pointerup') program.pointer_button(0, 1);
      if (state === 'pressed' || state === 'waiting') program.pointer_button(0, 0);
      program.pointer_leave();
    }
  }

  function onPointer(event) {
    if (event.type === 'pointerdown') canvas.focus({preventScroll: true});
    if (event.pointerType === 'touch') onTouch(event);
    else onMouse(event);
  }

  function onWheel(event) {
    if (event.ctrlKey) return;  // the browser's zoom
    const unit = [1, 100 / 3, canvas.clientHeight][event.deltaMode];
    if (program.wheel(event.offsetX, event.offsetY, event.deltaX * unit, event.deltaY * unit)) event.preventDefault();
  }

  // ---- keys and clipboard

  function onKey(event) {
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
    program.paste(event.clipboardData.getData('text/plain'));
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
    canvas.addEventListener('blur', () => program.focus(0));
    canvas.addEventListener('copy', onCopy);
    canvas.addEventListener('cut', onCopy);
    canvas.addEventListener('paste', onPaste);
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
