#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/commands/arguments.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/table.hpp"
#include "engine/io/compare.hpp"
#include "engine/io/trace_file.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"
#include "engine/version.hpp"

namespace headwise {

namespace {

using Kind = TensorDifference::Kind;
using Json = nlohmann::ordered_json;

struct DiffOptions {
  std::string a;
  std::string b;
  bool json = false;
};

bool is_file(const std::string& text) {
  return text.ends_with(".npz") || text.ends_with(".safetensors");
}

/// What is compared: a run's tensors, or a file's.
struct Side {
  std::unique_ptr<const Run> run;
  std::unique_ptr<const StoredTensors> file;
  std::vector<NamedTensor> tensors;
  std::map<std::string, std::string> settings;
};

Side read_side(const std::string& text, const std::string& name) {
  Side side;
  if (is_file(text)) {
    side.file = read_tensors(text, memory_limit);
    side.tensors = named_tensors(*side.file);
    side.settings = side.file->metadata();
    return side;
  }
  if (!text.empty() && text[0] != '#' && text.find('=') == text.npos) {
    throw Error(name + ": '" + print_text(text) +
                "' is neither a file (.safetensors, .npz) nor settings, like 'd_model=16 "
                "mask=causal' or '#v=1&...'");
  }
  side.run =
      std::make_unique<const Run>(headwise::apply(Settings(state_keys()), parse_state(text)));
  check_view(*side.run);
  if (!side.run->trace.has_values()) {
    throw Error(name +
                ": these settings are too large for values: " + too_large(side.run->trace.graph()));
  }
  side.tensors = named_tensors(side.run->trace);
  side.settings = state_metadata(side.run->settings);
  return side;
}

/// Key, value of A and of B, where both say something and it differs.
std::vector<std::vector<std::string>> setting_differences(const Side& a, const Side& b) {
  std::vector<std::vector<std::string>> all;
  for (const auto& [key, value] : a.settings) {
    const auto other = b.settings.find(key);
    if (other != b.settings.end() && other->second != value)
      all.push_back({key, value, other->second});
  }
  return all;
}

std::string number(double value) {
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  return code_number(value);
}

bool is_equal(const TensorDifference& d) {
  return d.kind == Kind::identical || d.kind == Kind::equal;
}

std::string in_words(const TensorDifference& d) {
  switch (d.kind) {
    case Kind::identical:
      return "identical to the bit";
    case Kind::equal:
      return "equal, but for the sign of zeros";
    case Kind::only_a:
      return "only in A";
    case Kind::only_b:
      return "only in B";
    case Kind::shape:
      return "in B of shape " + shape_text(d.shape_b);
    case Kind::values:
      break;
  }
  return "differs by up to " + number(d.largest) + ", at [" + index_text(d.shape_a, d.at) +
         "]: " + number(static_cast<double>(d.a)) + " in A, " + number(static_cast<double>(d.b)) +
         " in B";
}

void print_text_report(std::ostream& out, const DiffOptions& options, const Side& a, const Side& b,
                       const std::vector<TensorDifference>& all) {
  const auto title = [](const std::string& text) {
    return text.empty() ? "the defaults" : print_text(text, 200);
  };
  out << "A: " << title(options.a) << "\nB: " << title(options.b) << "\n\n";
  if (const auto settings = setting_differences(a, b); !settings.empty()) {
    Table table("lll");
    table.add({"setting", "A", "B"});
    for (const auto& row : settings)
      table.add({print_text(row[0]), print_text(row[1]), print_text(row[2])});
    table.print(out);
    out << '\n';
  }
  Table table("lll");
  table.add({"tensor", "shape", ""});
  for (const TensorDifference& d : all) {
    table.add({print_text(d.name, 80), shape_text(d.kind == Kind::only_b ? d.shape_b : d.shape_a),
               in_words(d)});
  }
  table.print(out);
  const auto equal = std::count_if(all.begin(), all.end(), is_equal);
  const auto count = static_cast<std::int64_t>(all.size());
  out << "\n"
      << (equal == count ? "equal: all " + print_count(count) + " tensors"
                         : "not equal: " + print_count(count - equal) + " of " +
                               print_count(count) + " tensors differ")
      << '\n';
}

Json number_json(double value) { return std::isinf(value) ? Json(number(value)) : Json(value); }

void print_json_report(std::ostream& out, const DiffOptions& options, const Side& a, const Side& b,
                       const std::vector<TensorDifference>& all) {
  Json json;
  json["headwise"] = version;
  json["a"] = options.a;
  json["b"] = options.b;
  json["equal"] = std::all_of(all.begin(), all.end(), is_equal);
  json["settings"] = Json::object();
  for (const auto& row : setting_differences(a, b)) json["settings"][row[0]] = {row[1], row[2]};
  json["tensors"] = Json::array();
  for (const TensorDifference& d : all) {
    Json entry;
    entry["id"] = d.name;
    entry["is"] = kind_name(d.kind);
    entry["shape_a"] = d.kind == Kind::only_b ? Json() : Json(d.shape_a);
    entry["shape_b"] = d.kind == Kind::only_a ? Json() : Json(d.shape_b);
    if (d.kind == Kind::values) {
      std::vector<std::uint64_t> index;
      std::uint64_t flat = d.at;
      for (std::size_t axis = d.shape_a.size(); axis-- > 0; flat /= d.shape_a[axis]) {
        index.insert(index.begin(), flat % d.shape_a[axis]);
      }
      entry["largest_difference"] = number_json(d.largest);
      entry["index"] = index;
      entry["a"] = number_json(static_cast<double>(d.a));
      entry["b"] = number_json(static_cast<double>(d.b));
    }
    json["tensors"].push_back(std::move(entry));
  }
  out << json.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

void run_diff(const DiffOptions& options) {
  const Side a = read_side(options.a, "A");
  const Side b = read_side(options.b, "B");
  const std::vector<TensorDifference> all = compare(a.tensors, b.tensors);
  print_output([&](std::ostream& out) {
    (options.json ? print_json_report : print_text_report)(out, options, a, b, all);
  });
}

}  // namespace

void add_diff(CLI::App& app) {
  const auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand(
      "diff", "Compare two states or files of tensors, tensor by tensor: exact, or how far apart");
  const std::string what =
      "Settings in quotes, like 'd_model=16 mask=causal', a link's hash, or a .safetensors or .npz "
      "file";
  command->add_option("A", options->a, what)->type_name("STATE|FILE")->required();
  command->add_option("B", options->b, what)->type_name("STATE|FILE")->required();
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options] { run_diff(*options); });
}

}  // namespace headwise
