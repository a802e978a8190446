#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "ui/context.hpp"

namespace headwise {

/// All numbers of all heads in the given order; each says in a tooltip how it is computed. A click on a
/// column's title sorts by it. Landmarks `heads:switch:H`.
void draw_head_table(Context& ui, const HeadPatterns& all, const std::vector<std::int64_t>& order);

/// Switches a head off and on (the key `heads_off`).
void draw_head_switch(Context& ui, std::int64_t head, const std::string& landmark);
bool is_head_off(const Session& session, std::int64_t head);
std::string head_switch_command(const Session& session, std::int64_t head);
/// Why heads cannot be switched off here; empty where they can.
std::string why_no_head_switch(const Session& session);

/// `0,2` with one head more, or one less. The list is sorted.
std::string with_head_toggled(std::vector<std::int64_t> list, std::int64_t head);

}  // namespace headwise
