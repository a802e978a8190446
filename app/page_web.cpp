#include "app/page_web.hpp"

#include <emscripten.h>

// clang-format off
EM_JS(void, page_ready, (), { headwise.ready(); });
EM_JS(void, page_without_pictures, (), { headwise.withoutPictures(); });
EM_JS(void, page_stop, (const char* reason), { headwise.stop(UTF8ToString(reason)); });
EM_JS(void, page_cursor, (const char* css), { headwise.canvas.setCursor(UTF8ToString(css)); });
EM_JS(void, page_copy, (const char* text), { headwise.host.copy(UTF8ToString(text)); });
EM_JS(void, page_set_address, (const char* hash), { headwise.host.setAddress(UTF8ToString(hash)); });
EM_JS(void, page_share, (const char* hash), { headwise.host.share(UTF8ToString(hash)); });
EM_JS(void, page_hand_out, (const char* text, const char* said), {
  headwise.host.handOut(UTF8ToString(text), UTF8ToString(said));
});
EM_JS(void, page_save, (const char* name, const char* bytes, int count), {
  headwise.host.save(UTF8ToString(name), HEAPU8.slice(bytes, bytes + count));
});
EM_JS(void, page_paste, (), { headwise.host.paste(); });
EM_JS(void, page_open, (const char* address), { headwise.host.open(UTF8ToString(address)); });
EM_JS(void, page_fetch_lesson, (const char* name), { headwise.lesson.fetch(UTF8ToString(name)); });
EM_JS(char*, page_stored_progress, (), {
  const text = headwise.progress.stored();
  const size = lengthBytesUTF8(text) + 1;
  const at = _malloc(size);
  if (at) stringToUTF8(text, at, size);
  return at;
});
EM_JS(void, page_store_progress, (const char* text), { headwise.progress.store(UTF8ToString(text)); });
EM_JS(void, page_score, (const char* lesson, double points, int exercises, int right, int pages_seen, int pages), {
  headwise.progress.scored({lesson: UTF8ToString(lesson), score: points, of: exercises, right, pagesSeen: pages_seen, pages});
});
EM_JS(void, page_choose_file, (), { headwise.progress.chooseFile(); });
EM_JS(void, page_mirror, (const char* json), { headwise.mirror.show(UTF8ToString(json)); });
EM_JS(void, page_lesson, (const char* html), { headwise.lesson.show(UTF8ToString(html)); });
EM_JS(void, page_edit_style, (float padding, float radius, const char* color, const char* background), {
  headwise.edit.setStyle(padding, radius, UTF8ToString(color), UTF8ToString(background));
});
EM_JS(void, page_edit, (const char* key, const char* label, const char* value, const char* command,
                        const char* keys, int is_live, int is_whole, float x, float y, float width, float height, float size), {
  headwise.edit.open(UTF8ToString(key), UTF8ToString(label), UTF8ToString(value), UTF8ToString(command), UTF8ToString(keys),
                     is_live !== 0, is_whole !== 0, [x, y, width, height], size);
});
EM_JS(void, page_forget_graphics, (), {
  for (const names of [GL.buffers, GL.programs, GL.shaders, GL.textures, GL.samplers, GL.vaos]) names.fill(null);
});
// clang-format on
