#include "engine/session/state.hpp"

#include <algorithm>

#include "engine/attention/head_measures.hpp"
#include "engine/attention/recipe.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

std::vector<std::string> sort_choices() {
  std::vector<std::string> names{"head"};
  for (const HeadMeasure& measure : head_measures()) names.emplace_back(measure.name);
  return names;
}

std::vector<Key> all_keys() {
  using Type = Key::Type;
  std::vector<Key> keys(recipe_keys().begin(), recipe_keys().end());
  const std::vector<Key> view{
      {"view", Type::choice, "stage", 0, 0, {"stage", "overview", "memory", "heads", "compare", "picture", "counts_plot"}, "view",
       "What the main part of the window shows."},
      {"compare", Type::assignments, "", 0, 0, {}, "compare with",
       "What is set otherwise in a second run, to compare with: num_kv_heads=1;mask=causal. In values ; is written %3B, % %25."},
      {"stage", Type::words, "", 0, 0, {}, "stage", "The stage, weight or mask that is shown; the first when empty."},
      {"head", Type::auto_count, "0", 0, 4095, {"all"}, "head", "The query head that is shown, counted from 0, or all."},
      {"arc_heads", Type::indices, "", 0, 0, {}, "arcs of heads",
       "The heads whose arcs are drawn from query to key, from 0: 0,2. Empty: all."},
      {"sort_heads", Type::choice, "head", 0, 0, sort_choices(), "sort heads by", "What heads are sorted by, the largest first."},
      {"batch_item", Type::count, "0", 0, 65535, {}, "sentence", "The sentence of the batch that is shown, from 0."},
      {"cell", Type::indices, "", 0, 0, {}, "cell",
       "Row and column of the chosen cell, from 0: 2,0. With head=all its head may come first: 1,2,0."},
      {"zoom", Type::windows, "", 0, 0, {}, "zoom", "The part of long axes that is shown, by first and last index: T_q:0-15,d_k:0-3."},
      {"magnify", Type::number, "1", 1, 1000000, {}, "magnify", "How much larger the overview is drawn than to fit, around the chosen cell."},
      {"step_by", Type::choice, "cell", 0, 0, {"cell", "row", "head", "stage"}, "step by", "What one step is."},
      {"color_scale", Type::choice, "tensor", 0, 0, {"tensor", "head", "row"}, "colours by",
       "What has the strongest colour: the largest value of the whole tensor, of each head, or of each row."},
      {"trace_cells", Type::choice, "none", 0, 0, {"none", "sources", "dependents", "both"}, "light up",
       "Cells lit in every stage: all that the chosen cell is made from (sources), all that it goes into (dependents)."},
      {"outline_changes", Type::toggle, "1", 0, 0, {}, "outline changes",
       "Outlines cells that the last change made different, where they are fewer than half."},
      {"dtype", Type::choice, "float32", 0, 0, {"float32", "float16", "bfloat16", "int8"}, "cached as",
       "The type of the numbers in the KV cache that the view Counts plots."},
      {"plot_axes", Type::choice, "linear", 0, 0, {"linear", "log"}, "axes",
       "Axes of the view Counts; with log a power is a straight line."},
      {"memory_colors", Type::choice, "head", 0, 0, {"head", "token"}, "colours by",
       "What colours tell apart where memory is shown. Lines tell heads apart either way."},
      {"theme", Type::choice, "auto", 0, 0, {"auto", "light", "dark"}, "theme", "Colours; auto follows the system."},
      {"projector", Type::toggle, "0", 0, 0, {}, "projector", "For the back of a classroom: large type, strong contrast, one view."},
      {"lesson", Type::words, "", 0, 0, {}, "lesson", "The lesson that is open; none when empty."},
      {"page", Type::count, "1", 1, 1000, {}, "page", "The lesson's page, counted from 1."},
      {"student", Type::text, "", 0, 80, {}, "your name or number", "Whose numbers the exercises draw: a name, or a number that a teacher gives."},
      {"hide", Type::words, "", 0, 0, {}, "hide", "Controls and panels left out, for a class."},
      {"lock", Type::words, "", 0, 0, {}, "lock", "Controls that are shown but cannot be changed."},
  };
  keys.insert(keys.end(), view.begin(), view.end());
  return keys;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
      if (low < 0) throw Error("link: '%' at character " + std::to_string(i) + " must be followed by two hex digits");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string encode(std::string_view text) {
  static const char* const digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '_' || c == '.' || c == ',' || c == '~' || c == ':' || c == ';' || c == '=' || c == '/';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[static_cast<unsigned char>(c) & 15];
    }
  }
  return out;
}

}  // namespace

std::span<const Key> state_keys() {
  static const std::vector<Key> keys = all_keys();
  return keys;
}

bool is_recipe_key(std::string_view name) {
  return std::any_of(recipe_keys().begin(), recipe_keys().end(), [&](const Key& key) { return key.name == name; });
}

Assignments parse_query(std::string_view text) {
  Assignments all;
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    if (const std::string_view part = text.substr(0, end); !part.empty()) {
      auto [key, value] = parse_assignment(part);
      all.emplace_back(decode(key), decode(value));
    }
    text = end == text.npos ? std::string_view{} : text.substr(end + 1);
  }
  refuse_twice(all);
  return all;
}

std::string to_query(const Assignments& assignments) {
  std::string query;
  for (const auto& [key, value] : assignments) query += (query.empty() ? "" : "&") + key + "=" + encode(value);
  return query;
}

Assignments parse_hash(std::string_view hash) {
  if (!hash.empty() && hash[0] == '#') hash.remove_prefix(1);
  if (hash.empty()) return {};
  Assignments all = parse_query(hash);
  if (all.empty() || all[0].first != "v") {
    throw Error("link: must start with its version, like #v=1&d_model=16");
  }
  if (all[0].second != "1") {
    throw Error("link: v=" + print_text(all[0].second) + " is not a version this Headwise knows; it knows v=1");
  }
  all.erase(all.begin());
  return all;
}

std::string to_hash(const Settings& settings) {
  Assignments all{{"v", "1"}};
  for (const Key& key : settings.keys()) {
    if (!settings.is_default(key.name)) all.emplace_back(key.name, settings.get(key.name));
  }
  const Settings back = headwise::apply(Settings(settings.keys()), {all.begin() + 1, all.end()});
  for (const Key& key : settings.keys()) {
    if (back.get(key.name) != settings.get(key.name)) all.emplace_back(key.name, settings.get(key.name));
  }
  return to_query(all);
}

std::string to_recipe_hash(const Settings& settings) {
  Settings recipe(recipe_keys());
  for (const Key& key : recipe_keys()) recipe.set(key.name, settings.get(key.name));
  return to_hash(recipe);
}

Settings apply(Settings base, const Assignments& assignments) {
  refuse_twice(assignments);
  for (const auto& [key, value] : assignments) base.set(key, value);
  const auto is_named = [&](const std::string& key) {
    return std::any_of(assignments.begin(), assignments.end(), [&](const auto& a) { return a.first == key; });
  };
  for (const auto& [name, value] : assignments) {
    if (base.is_default(name)) continue;
    for (const auto& [brought, with] : base.key(name).brings) {
      if (!is_named(brought)) base.set(brought, with);
    }
  }
  return base;
}

}  // namespace headwise
