#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>

#include "app/commands/commands.hpp"
#include "app/commands/arguments.hpp"
#include "app/commands/table.hpp"
#include "app/resources.hpp"
#include "engine/attention/pipeline.hpp"
#include "engine/io/file.hpp"
#include "engine/io/json_tree.hpp"
#include "engine/io/model_json.hpp"
#include "engine/session/state.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"

namespace headwise {

namespace {

struct CountOptions {
  std::vector<std::string> state;
  std::optional<std::string> card;
  std::optional<std::string> model;
  std::optional<std::string>
      bytes;  // 1, 2 or 4; by default 2, and 4 for settings, which are float32
  bool list = false;
  bool json = false;
};

constexpr std::string_view card_ending = ".json";

std::string preset_name(const Resource& card) {
  return std::string(card.name.substr(0, card.name.size() - card_ending.size()));
}

CountReport report_on(ModelCard card, std::int64_t bytes) {
  CountReport report;
  report.counts = count_model(card, bytes);
  report.nearest = nearest_state(card);
  report.card = std::move(card);
  report.bytes = bytes;
  return report;
}

CountReport report_on(const Resource& preset, std::int64_t bytes) {
  CountReport report = report_on(parse_model_card(preset.bytes, std::string(preset.name)), bytes);
  report.preset = preset_name(preset);
  return report;
}

const Resource& find_preset(const std::string& name) {
  for (const Resource& card : cards()) {
    if (preset_name(card) == name) return card;
  }
  throw Error("--model: there is no model '" + print_text(name) +
              "' in the list; headwise count --list prints it, and --card reads any other");
}

/// A recipe's graph is built, for its counts, and never run.
CountReport report_on(const std::vector<std::string>& state, std::int64_t bytes) {
  const Settings settings = headwise::apply(Settings(state_keys()), read_state(state));
  const Recipe recipe = make_recipe(settings);
  const Graph graph = find_pipeline(settings.get("pipeline")).build(recipe);
  CountReport report = report_on(model_card(recipe), bytes);
  report.card.name = "One layer of these settings";
  report.nearest = {std::vector<std::pair<std::string, std::string>>{}, {}};
  for (const Key& key : recipe_keys()) {
    if (!settings.is_default(key.name))
      report.nearest.state->emplace_back(key.name, settings.get(key.name));
  }
  const std::string over =
      "over " + print_count(recipe.sentences()) + " x " + print_count(recipe.tokens) + " tokens";
  for (const auto& [kind, name] : {std::pair(Count::Kind::matmul_flops, "matmul FLOPs "),
                                   {Count::Kind::other_flops, "other FLOPs "}}) {
    report.flops.push_back({kind, name + over, "the sum over the stages",
                            "headwise trace lists them", total(graph, kind)});
  }
  return report;
}

void print_recipe(std::ostream& out, const ModelCard& m) {
  Table table("lrl");
  const auto add = [&table](const char* name, std::int64_t value, const std::string& meaning = "") {
    table.add({name, print_count(value), meaning});
  };
  const std::int64_t group = m.num_heads / m.num_kv_heads;
  add("d_model", m.d_model);
  add("num_heads", m.num_heads, "query heads, h");
  add("num_kv_heads", m.num_kv_heads,
      m.latent ? "all made from the latent"
               : "h_kv; " + print_count(group) + (group == 1 ? " query head" : " query heads") +
                     " per KV head");
  add("head_dim", m.head_dim, "d_k");
  add("v_dim", m.v_dim, "d_v");
  if (m.latent) {
    if (m.latent->q_rank > 0) add("q_lora_rank", m.latent->q_rank, "r_q");
    add("kv_lora_rank", m.latent->kv_rank, "r_kv");
    add("qk_nope_head_dim", m.latent->nope_dim, "d_nope, of d_k");
    add("qk_rope_head_dim", m.latent->rope_dim, "d_rope, of d_k");
  }
  add("layers", m.layers);
  if (m.context) add("context", *m.context, "tokens");
  table.add({"scale", print_number(m.scale, 4), m.scale_meaning});
  if (m.window)
    add("sliding_window", *m.window,
        "keys, in " + print_count(m.window_layers) + " of " + print_count(m.layers) + " layers");
  if (m.softcap) table.add({"softcap", print_number(*m.softcap), "the largest score"});
  table.print(out, "  ");
  out << "  positions: " << positions_of(m) << "; mask: " << (m.causal ? "causal" : "not causal")
      << '\n';
}

void print_counts(std::ostream& out, const char* unit, const std::vector<Count>& counts) {
  Table table("lrlll");
  table.add({"", unit, "", "=", "formula"});
  for (const Count& count : counts) {
    const std::string size =
        count.kind == Count::Kind::bytes && count.value >= 1024 ? print_bytes(count.value) : "";
    table.add({count.what, print_count(count.value), size, count.numbers, count.formula});
  }
  table.print(out, "  ");
}

/// As a shell takes it.
std::string quoted(const std::string& word) {
  if (word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789=.,+-") == word.npos)
    return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

void print_report(std::ostream& out, const CountReport& report) {
  const ModelCard& m = report.card;
  out << m.name << (m.family.empty() ? "" : " (" + m.family + ")") << ": " << variant_of(m)
      << "\n\n";
  print_recipe(out, m);

  out << "\nParameters of the attention, matrices stored (in, out)\n";
  std::vector<Count> parameters = report.counts.parameters;
  parameters.push_back(report.counts.layer);
  parameters.push_back(report.counts.model);
  print_counts(out, "parameters", parameters);

  if (report.counts.cache.empty()) {
    out << "\nNo KV cache: an encoder reads the whole text at once.\n";
  } else {
    out << "\nKV cache of one sentence, at " << report.bytes
        << (report.bytes == 1 ? " byte" : " bytes") << " per number\n";
    print_counts(out, "bytes", report.counts.cache);
  }
  if (!report.flops.empty()) {
    out << '\n';
    for (const Count& count : report.flops)
      out << "  " << count.what << ": " << print_count(count.value) << '\n';
  }
  if (!m.notes.empty()) out << '\n';
  for (const std::string& note : m.notes) out << note << '\n';

  std::string left_out;
  for (const std::string& what : report.nearest.left_out)
    left_out += (left_out.empty() ? "" : ", ") + what;
  if (!report.nearest.state) {
    out << "\nNo headwise trace of it: " << left_out << '\n';
    return;
  }
  out << "\nheadwise trace";
  for (const auto& [key, value] : *report.nearest.state) {
    out << ' ' << quoted(key + "=" + value);
  }
  out << '\n';
  if (!left_out.empty()) out << "  (one layer, without " << left_out << ")\n";
}

void print_list(std::ostream& out, const std::vector<CountReport>& reports) {
  Table table("lllrrrrrrr");
  table.add({"model", "name", "family", "d_model", "heads", "KV heads", "head_dim", "layers",
             "parameters/layer", "cache bytes/token"});
  for (const CountReport& report : reports) {
    const ModelCard& m = report.card;
    const auto& cache = report.counts.cache;
    table.add({report.preset, m.name, m.family, print_count(m.d_model), print_count(m.num_heads),
               m.latent ? "MLA" : print_count(m.num_kv_heads), print_count(m.head_dim),
               print_count(m.layers), print_count(report.counts.layer.value),
               cache.empty() ? "none" : print_count(cache[1].value)});
  }
  table.print(out);
}

void run_count(const CountOptions& options) {
  const int given = (options.state.empty() ? 0 : 1) + (options.card ? 1 : 0) +
                    (options.model ? 1 : 0) + (options.list ? 1 : 0);
  if (given > 1) throw Error("give one of --card FILE, --model NAME, --list and KEY=VALUE...");
  const bool recipe = given == 0 || !options.state.empty();
  const std::string written = options.bytes.value_or(recipe ? "4" : "2");
  if (written != "1" && written != "2" && written != "4")
    throw Error("--bytes " + print_text(written) + ": must be 1, 2 or 4 (bytes per cached number)");
  const std::int64_t bytes = written[0] - '0';

  std::vector<CountReport> reports;
  if (options.list) {
    for (const Resource& card : cards()) reports.push_back(report_on(card, bytes));
  } else if (options.model) {
    reports.push_back(report_on(find_preset(*options.model), bytes));
  } else if (options.card) {
    reports.push_back(
        report_on(parse_model_card(read_file(*options.card, json_limit), *options.card), bytes));
  } else {
    reports.push_back(report_on(options.state, bytes));
  }
  print_output([&](std::ostream& out) {
    if (options.json && options.list) return write_count_json(out, reports);
    if (options.json) return write_count_json(out, reports[0]);
    if (options.list) return print_list(out, reports);
    print_report(out, reports[0]);
  });
}

}  // namespace

void add_count(CLI::App& app) {
  const auto options = std::make_shared<CountOptions>();
  CLI::App* command = app.add_subcommand(
      "count", "Count the attention's parameters and cache of a model, from its card or settings");
  command->add_option("state", options->state, "Settings, like d_model=12288 num_heads=96")
      ->type_name("KEY=VALUE");
  command->add_option("--card", options->card, "Read a model's config.json, as on Hugging Face")
      ->type_name("FILE");
  command->add_option("--model", options->model, "Take a well-known model, like llama-3.1-8b")
      ->type_name("NAME");
  command
      ->add_option("--bytes", options->bytes,
                   "Bytes per cached number: 1, 2 or 4 (by default 2, and 4 for settings, which "
                   "are float32)")
      ->type_name("N");
  command->add_flag("--list", options->list, "Print the well-known models");
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options] { run_count(*options); });
}

}  // namespace headwise
