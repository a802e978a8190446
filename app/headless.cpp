#include "app/headless.hpp"

#include <string>
#include <utility>

#include "app/null_renderer.hpp"

namespace headwise {

HeadlessWindow::HeadlessWindow(float width, float height, float density) : outer_(ImGui::GetCurrentContext()) {
  ImGui::SetCurrentContext(nullptr);
  own_ = ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures | ImGuiBackendFlags_RendererHasVtxOffset;
  // Nothing of the machine's own clipboard.
  static std::string clipboard;
  ImGui::GetPlatformIO().Platform_SetClipboardTextFn = [](ImGuiContext*, const char* text) { clipboard = text; };
  ImGui::GetPlatformIO().Platform_GetClipboardTextFn = [](ImGuiContext*) { return clipboard.c_str(); };
  resize(width, height, density);
}

HeadlessWindow::~HeadlessWindow() {
  enter();
  forget_textures();
  ImGui::DestroyContext();
  ImGui::SetCurrentContext(outer_);
}

void HeadlessWindow::leave() { ImGui::SetCurrentContext(outer_); }

void HeadlessWindow::enter() {
  if (ImGui::GetCurrentContext() == own_) return;
  outer_ = ImGui::GetCurrentContext();
  ImGui::SetCurrentContext(own_);
}

void HeadlessWindow::frames(int count, const std::function<void()>& draw, float seconds) {
  for (int i = 0; i < count; ++i) {
    ImGui::GetIO().DeltaTime = seconds;
    ImGui::NewFrame();
    draw();
    ImGui::Render();
    accept_textures();
  }
}

void HeadlessWindow::resize(float width, float height, float density) {
  ImGui::GetIO().DisplaySize = ImVec2(width, height);
  ImGui::GetIO().DisplayFramebufferScale = ImVec2(density, density);
}

void HeadlessWindow::move_mouse(float x, float y) { ImGui::GetIO().AddMousePosEvent(x, y); }

void HeadlessWindow::click(float x, float y) {
  move_mouse(x, y);
  ImGui::GetIO().AddMouseButtonEvent(0, true);
  ImGui::GetIO().AddMouseButtonEvent(0, false);
}

void HeadlessWindow::scroll(float by) { ImGui::GetIO().AddMouseWheelEvent(0, by); }

void HeadlessWindow::press(ImGuiKeyChord chord) {
  ImGuiIO& io = ImGui::GetIO();
  const ImGuiKeyChord mods = chord & ImGuiMod_Mask_;
  const auto key = static_cast<ImGuiKey>(chord & ~ImGuiMod_Mask_);
  constexpr ImGuiKey all[] = {ImGuiMod_Ctrl, ImGuiMod_Shift, ImGuiMod_Alt, ImGuiMod_Super};
  for (const ImGuiKey mod : all) {
    if ((mods & mod) != 0) io.AddKeyEvent(mod, true);
  }
  io.AddKeyEvent(key, true);
  io.AddKeyEvent(key, false);
  for (const ImGuiKey mod : all) {
    if ((mods & mod) != 0) io.AddKeyEvent(mod, false);
  }
}

void HeadlessWindow::type(std::string_view text) { ImGui::GetIO().AddInputCharactersUTF8(std::string(text).c_str()); }

int HeadlessWindow::vertices() const {
  const ImDrawData* const data = ImGui::GetDrawData();
  return data != nullptr ? data->TotalVtxCount : 0;
}

}  // namespace headwise
