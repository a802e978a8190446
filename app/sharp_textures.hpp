#pragma once
// Include the platform's OpenGL header first.
#include <imgui_impl_opengl3.h>
#include <imgui_internal.h>

namespace headwise {

/// Gives the graphics card what pictures are new, so that their pixels stay squares: Dear ImGui's own
/// renderer smooths every texture, as text wants it.
inline void upload_pictures() {
  for (ImTextureData* const texture : ImGui::GetCurrentContext()->UserTextures) {
    if (texture->Status != ImTextureStatus_WantCreate) continue;
    ImGui_ImplOpenGL3_UpdateTexture(texture);
    glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(texture->GetTexID()));
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glBindTexture(GL_TEXTURE_2D, 0);
  }
}

}  // namespace headwise
