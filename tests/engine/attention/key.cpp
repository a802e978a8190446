#include "engine/attention/key.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/session/state.hpp"
#include "engine/tensor/error.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

/// What setting a key says; empty when it is taken.
std::string refusal(const std::string& key, const std::string& value) {
  Settings settings(state_keys());
  try {
    settings.set(key, value);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("every key has a name, a label, help and a default that is its own canonical form") {
  std::set<std::string> names;
  for (const Key& key : state_keys()) {
    INFO(key.name);
    CHECK(names.insert(key.name).second);
    CHECK(key.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == key.name.npos);
    CHECK_FALSE(key.label.empty());
    REQUIRE(key.help.size() > 4);
    CHECK(key.help.back() == '.');
    CHECK(allowed(key).size() > 5);
    CHECK(parse_value(key, key.default_value) == key.default_value);
    CHECK(key.lowest <= key.highest);
    Settings settings(state_keys());
    settings.set(key.name, key.default_value);
    CHECK(settings.is_default(key.name));
    CHECK(settings == Settings(state_keys()));
    for (const std::string& choice : key.choices) CHECK(refusal(key.name, choice).empty());
  }
  // The design's keys that are there by now.
  for (const char* name :
       {"tokens", "d_model", "num_heads", "num_kv_heads", "head_dim", "v_dim", "scale",
        "bias",   "mask",    "position",  "seed",         "stage",    "head",  "batch_item",
        "cell",   "step_by", "theme",     "lesson",       "page",     "hide",  "lock",  "edits"}) {
    INFO(name);
    CHECK(names.count(name) == 1);
  }
}

TEST_CASE("whole numbers within their range are taken, all else is refused by name") {
  for (const Key& key : state_keys()) {
    if (key.type != Key::Type::count && key.type != Key::Type::auto_count) continue;
    for (const std::string& good : {std::to_string(key.lowest), std::to_string(key.highest),
                                    "000" + std::to_string(key.highest)}) {
      INFO(key.name << "=" << good);
      CHECK(refusal(key.name, good).empty());
    }
    for (const std::string& bad :
         {std::to_string(key.lowest - 1), std::to_string(key.highest + 1), std::string("8.5"),
          std::string("0x10"), std::string(" 8"), std::string("8 "), std::string("1e1"),
          std::string("+8"), std::string("-8"), std::string(""), std::string("eight"),
          std::string("8,8"), std::string("99999999999999999999999"), std::string("\xd9\xa8"),
          std::string("8\0", 2), std::string("Auto"), std::string("NaN")}) {
      const std::string said = refusal(key.name, bad);
      INFO(key.name << "=" << bad << " -> " << said);
      CHECK(said.find(key.name + "=") == 0);
      CHECK(said.find(": must be " + allowed(key)) != said.npos);
      CHECK(said.find(std::to_string(key.lowest) + " to " + std::to_string(key.highest)) !=
            said.npos);
    }
  }
  Settings settings(state_keys());
  settings.set("d_model", "0016");
  CHECK(settings.get("d_model") == "16");
}

TEST_CASE("other kinds of values, good and bad") {
  const struct {
    const char* key;
    const char* value;
    bool good;
  } table[] = {
      {"scale", "auto", true},
      {"scale", "0.5", true},
      {"scale", "-1e2", true},
      {"scale", "1000", true},
      {"scale", "1000.5", false},
      {"scale", "inf", false},
      {"scale", "nan", false},
      {"scale", "0x1p3", false},
      {"scale", "", false},
      {"scale", "1e999", false},
      {"scale", ".", false},
      {"scale", "1 ", false},
      {"scale", "1,5", false},
      {"scale", "--1", false},
      {"bias", "1", true},
      {"bias", "true", false},
      {"bias", "", false},
      {"bias", "01", false},
      {"mask", "none", true},
      {"mask", "causal", true},
      {"mask", "padding,causal", true},
      {"mask", "none,causal", false},
      {"mask", "causal,causal", false},
      {"mask", "", false},
      {"mask", "causal,", false},
      {"mask", "Causal", false},
      {"mask", "sliding", false},
      {"position", "rotary", false},
      {"position", "sinusoidal", true},
      {"pipeline", "flash", true},
      {"pipeline", "", false},
      {"step_by", "row", true},
      {"step_by", "rows", false},
      {"theme", "dark", true},
      {"theme", "DARK", false},
      {"cell", "", true},
      {"cell", "2,0", true},
      {"cell", "2,-1", false},
      {"cell", "2,", false},
      {"cell", "a", false},
      {"cell", "1234567890", false},
      {"head", "all", true},
      {"head", "auto", false},
      {"stage", "scores", true},
      {"stage", "", true},
      {"stage", "Scores", false},
      {"stage", "block2/attn/scores", true},
      {"stage", "block2 attn", false},
      {"edits", "", true},
      {"edits", "b_q:3=-0.5;w_q:0,1=0.5", true},
      {"edits", "w_q:0,1", false},
      {"edits", "W_q:0,1=1", false},
      {"hide", "controls,counts", true},
      {"hide", "a b", false},
      {"lock", ",", false},
      {"page", "0", false},
      {"seed", "4294967295", true},
      {"seed", "4294967296", false},
  };
  for (const auto& row : table) {
    const std::string said = refusal(row.key, row.value);
    INFO(row.key << "=" << row.value << " -> " << said);
    CHECK(said.empty() == row.good);
    if (!row.good) CHECK(said.find(std::string(row.key) + "=" + row.value) == 0);
  }
  Settings settings(state_keys());
  settings.set("mask", "padding,causal");
  CHECK(settings.get("mask") == "causal,padding");  // one way of writing it
}

TEST_CASE("text is valid UTF-8 in one line") {
  Settings settings(state_keys());
  settings.set("tokens", "a\tb\nc\r\nd");
  CHECK(settings.get("tokens") == "a b c  d");
  settings.set("tokens", "\u6c34 \U0001f600");
  CHECK(settings.get("tokens") == "\u6c34 \U0001f600");
  for (const char* bad : {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xe6\xb0", "\x80", "\xf5\x80\x80\x80"}) {
    CHECK(refusal("tokens", bad).find("is not valid UTF-8") != std::string::npos);
  }
  for (const std::string& bad : {std::string("a\0b", 3), std::string("\x1b[2J"),
                                 std::string("\x7f"), std::string("\u0085")}) {
    CHECK(refusal("tokens", bad).find("control character") != std::string::npos);
  }
  CHECK(refusal("tokens", std::string(65536, 'a')).empty());
  CHECK(refusal("tokens", std::string(65537, 'a')).find("at most 65536") != std::string::npos);
}

TEST_CASE("an unknown key is named, with those there are") {
  const std::string said = refusal("d_mdoel", "8");
  CHECK(said.find("unknown key 'd_mdoel'") == 0);
  CHECK(said.find("d_model") != said.npos);
  CHECK(refusal(std::string(10000, 'x'), "8").size() < 600);
  CHECK(refusal("d_model", std::string(10000, '9')).size() < 200);
  CHECK(refusal("", "").find("unknown key ''") == 0);
}

TEST_CASE("settings read back as what they are") {
  Settings s(state_keys());
  CHECK(s.is_auto("head_dim"));
  CHECK(s.list("hide").empty());
  s.set("head_dim", "12");
  s.set("scale", "-2.5e-1");
  s.set("hide", "counts,help");
  s.set("cell", "3,14");
  s.set("bias", "1");
  CHECK(s.count("head_dim") == 12);
  CHECK(s.number("scale") == -0.25);
  CHECK(s.has("hide", "help"));
  CHECK_FALSE(s.has("hide", "hel"));
  CHECK(s.indices("cell") == std::vector<std::int64_t>{3, 14});
  CHECK(s.toggle("bias"));
  s.reset("bias");
  CHECK_FALSE(s.toggle("bias"));
  CHECK_FALSE(s == Settings(state_keys()));
  s.set("seed", "5");
  CHECK_FALSE(s.is_default("seed"));
  CHECK(split_list("a,,b") == std::vector<std::string>{"a", "", "b"});
  CHECK(split_list("") == std::vector<std::string>{""});
}
