#pragma once
#include "ui/context.hpp"
#include "ui/description.hpp"

namespace headwise {

// The pictures of pipelines, one file each. The run's pipeline must have the picture.

/// Flash attention: tiles sweeping the scores, what is carried along, and bytes moved.
void draw_tiles(Context&);
void describe_tiles(const Context&, Description&);
/// Decoding: the cache growing token by token, bytes read and work saved.
void draw_cache(Context&);
void describe_cache(const Context&, Description&);
/// A transformer: layers one above the other, heads beside each other, experts chosen.
void draw_layers(Context&);
void describe_layers(const Context&, Description&);

}  // namespace headwise
