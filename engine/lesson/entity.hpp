#pragma once
#include <string>
#include <string_view>

namespace headwise::prose {

/// The character that `&...;` stands for: any by its number, and the few names that are needed to
/// write Markdown's own signs. Others are returned as they are; an impossible one is U+FFFD.
std::string decode_entity(std::string_view entity);

}  // namespace headwise::prose
