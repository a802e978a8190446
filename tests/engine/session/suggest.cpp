#include "engine/session/suggest.hpp"

#include "engine/tensor/error.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

bool is_valid(Settings settings, const std::string& key, std::int64_t value) {
  try {
    settings.set(key, std::to_string(value));
    make_recipe(settings);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

TEST_CASE("the next valid value is the nearest in that direction") {
  for (int i = 0; i < samples(12, 60); ++i) {
    Random random(78000 + static_cast<std::uint64_t>(i));
    const Settings settings = random_settings(random);
    INFO(describe(settings));
    for (const char* key : {"d_model", "num_heads", "num_kv_heads", "head_dim", "v_dim"}) {
      const std::int64_t now = random.range(1, 12);
      for (const int direction : {-1, 1}) {
        const auto next = next_valid(settings, key, now, direction);
        std::int64_t wanted = now + direction;
        while (wanted >= 1 && wanted <= 200 && !is_valid(settings, key, wanted))
          wanted += direction;
        if (wanted < 1) {
          CHECK_FALSE(next.has_value());
        } else if (wanted <= 200) {
          REQUIRE(next.has_value());
          CHECK(*next == std::to_string(wanted));
        }
      }
    }
  }
}

TEST_CASE("what auto stands for") {
  Settings settings(recipe_keys());
  settings.set("d_model", "12");
  settings.set("num_heads", "3");
  settings.set("pipeline", "flash");
  const Run run(settings);
  CHECK(resolved(run, "num_kv_heads") == "3");
  CHECK(resolved(run, "head_dim") == "4");
  CHECK(resolved(run, "v_dim") == "4");
  CHECK(resolved(run, "scale") == "0.5");
  CHECK(resolved(run, "tile_keys") == "3");
  CHECK(resolved(run, "d_model") == "12");
  const Pipeline& flash = find_pipeline("flash");
  for (const Key& key : recipe_keys()) {
    if (uses(flash, key.name)) CHECK(resolved(run, key.name) != "auto");
  }
  CHECK(variant_name(run.recipe).find("MHA") != std::string::npos);
  settings.set("num_kv_heads", "1");
  CHECK(variant_name(make_recipe(settings)).find("MQA") != std::string::npos);
  settings.set("num_heads", "6");
  settings.set("num_kv_heads", "2");
  CHECK(variant_name(make_recipe(settings)).find("GQA") != std::string::npos);
}
