#pragma once
#include <imgui.h>

namespace headwise {

/// Stands in for a renderer that is not there: after a frame, every texture is as it should be.
inline void accept_textures() {
  for (ImTextureData* const texture : ImGui::GetPlatformIO().Textures) {
    if (texture->Status == ImTextureStatus_WantCreate) texture->SetTexID(1);
    if (texture->Status == ImTextureStatus_WantDestroy) {
      texture->SetTexID(ImTextureID_Invalid);
      texture->SetStatus(ImTextureStatus_Destroyed);
    } else {
      texture->SetStatus(ImTextureStatus_OK);
    }
  }
}

/// Forgets every texture, so that the next frame makes them anew or the context can be destroyed.
inline void forget_textures() {
  for (ImTextureData* const texture : ImGui::GetPlatformIO().Textures) {
    texture->SetTexID(ImTextureID_Invalid);
    texture->SetStatus(ImTextureStatus_Destroyed);
  }
}

}  // namespace headwise
