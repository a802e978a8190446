#pragma once

// The page's scripts as C++ sees them: functions of `headwise` in web/*.js.
extern "C" {
void page_ready();                              // the first frame is drawn
void page_without_pictures();                   // there is no WebGL 2
void page_stop(const char* reason);             // the program cannot go on
void page_cursor(const char* css);
void page_copy(const char* text);
void page_set_address(const char* hash);
void page_share(const char* hash);
void page_hand_out(const char* text, const char* said);
void page_save(const char* name, const char* bytes, int count);
void page_paste();  // comes back as the command `paste TEXT`
void page_open(const char* address);
void page_fetch_lesson(const char* name);
char* page_stored_progress();  // to be freed; null where there is too little memory
void page_store_progress(const char* text);
void page_score(const char* lesson, double points, int exercises, int right, int pages_seen, int pages);
void page_choose_file();
void page_mirror(const char* json);
void page_lesson(const char* html);
// A text field over the canvas: how it looks, then where and what it is.
void page_edit_style(float padding, float radius, const char* color, const char* background);
void page_edit(const char* key, const char* label, const char* value, const char* command, const char* keys, int is_live,
               int is_whole, float x, float y, float width, float height, float size);
// Names of objects that went with a lost graphics context: they must not be used or deleted.
void page_forget_graphics();
}
