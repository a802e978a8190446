#include "engine/io/export_code.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "engine/attention/pipeline.hpp"
#include "engine/attention/recipe.hpp"
#include "engine/io/python.hpp"
#include "engine/io/trace_file.hpp"
#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"
#include "engine/version.hpp"

namespace headwise {

namespace {

constexpr std::int64_t most_beside =
    512;  // numbers of a tensor that stays inside, where there is an npz file

std::string first_sentence(const std::string& text) {
  const std::size_t end = text.find(". ");
  return end == text.npos ? text : text.substr(0, end + 1);
}

bool is_stored(const Node& node, CodeNumbers numbers) {
  return numbers == CodeNumbers::beside && cell_count(node.axes()) > most_beside;
}

class Exporter {
 public:
  Exporter(CodeLanguage language, CodeNumbers numbers, const Trace& trace)
      : dialect_(python_dialect(language)),
        pytorch_(language == CodeLanguage::pytorch),
        numbers_(numbers),
        trace_(trace),
        graph_(trace.graph()) {
    for (const Node& node : graph_.nodes())
      lines_.push_back((*node.op.*dialect_.line)(in_code(node.signature)));
  }

  std::string write(const Settings& settings, const std::string& command) {
    introduction(settings, command);
    const bool loads = std::any_of(graph_.nodes().begin(), graph_.nodes().end(),
                                   [this](const Node& node) { return is_stored(node, numbers_); });
    if (loads) out_ << "import pathlib\n" << (pytorch_ ? "\nimport numpy as np\n" : "\n");
    out_ << dialect_.start << "inf = float(\"inf\")\nstages = 0\n" << dialect_.array;
    if (loads) out_ << '\n' << dialect_.load;
    out_ << '\n';
    given(
        "weights",
        "The parameters, stored (in, out): y = x W + b. PyTorch's nn.Linear keeps the transpose.");
    given("tensors", "What is not computed: where the stages below begin.");
    for (std::size_t n = 0; n < graph_.nodes().size(); ++n) stage(n);
    out_ << "\nprint(f\"all {stages} stages equal\")\n";
    return out_.take();
  }

 private:
  void introduction(const Settings& settings, const std::string& command) {
    const Pipeline& pipeline = find_pipeline(settings.get("pipeline"));
    write_comment(out_,
                  std::string(pipeline.title) + ", stage by stage: each line of " +
                      std::string(dialect_.name) +
                      " below computes a stage in double precision, and check() compares it with "
                      "the numbers that "
                      "Headwise " +
                      version +
                      " computed in single precision. Equal means |computed - Headwise's| <= "
                      "1e-5 + 1.3e-6 * max|Headwise's|. The next stage goes on from Headwise's "
                      "numbers, so that each line is judged by itself.");
    out_ << "#\n# The settings:\n";
    for (const Key& key : recipe_keys()) {
      if (key.name != "pipeline" && !uses(pipeline, key.name)) continue;
      write_comment(out_, "  " + key.name + " = " + print_text(settings.get(key.name), 2000));
    }
    out_ << "# To make this script again:\n#   " << print_text(command, 65536) << "\n\n";
  }

  /// The dictionary `name`, with the tensors that lines read from it.
  void given(const std::string& name, const std::string& what) {
    const std::string start = name + "[\"";
    std::set<std::string> names;
    for (const std::string& line : lines_) {
      for (std::size_t at = line.find(start); at != line.npos; at = line.find(start, at + 1)) {
        const std::size_t begin = at + start.size();
        names.insert(line.substr(begin, line.find('"', begin) - begin));
      }
    }
    if (names.empty()) return;
    out_ << '\n';
    write_comment(out_, what);
    out_ << name << " = {\n";
    for (std::size_t n = 0; n < graph_.nodes().size(); ++n) {
      const std::string variable = code_name(graph_[n].id());
      if (names.count(variable) == 0) continue;
      given_[n] = true;
      std::string head = "    \"" + variable + "\": ";
      out_ << head;
      if (!is_stored(graph_[n], numbers_)) {
        out_ << "array(";
        head += "array(";
      }
      values(n, head.size());
      out_ << (is_stored(graph_[n], numbers_) ? ",\n" : "),\n");
    }
    out_ << "}\n";
  }

  void values(std::size_t n, std::size_t indent) {
    const Node& node = graph_[n];
    if (is_stored(node, numbers_)) {
      out_ << "stored(\"" << code_name(node.id()) << "\")";
    } else {
      write_lists(out_, node.axes(), trace_.read(n, whole(node.axes())), indent);
    }
  }

  void stage(std::size_t n) {
    const Node& node = graph_[n];
    // Weights stand with the stage that reads them first, below what it is.
    const bool waits = node.kind == NodeKind::weight && given_[n];
    if (waits) {
      waiting_.push_back(n);
    } else {
      out_ << '\n';
      write_comment(out_, axis_names(node.axes()) + " = " + axis_sizes(node.axes()) + "  " +
                              node.title + ": " +
                              print_text(first_sentence(node.op->summary()), 1000));
      for (const std::size_t weight : waiting_) statements(lines_[weight]);
      waiting_.clear();
      statements(lines_[n]);
    }
    if (given_[n]) return;
    const std::string name = code_name(node.id());
    const std::string head = name + " = check(\"" + node.id() + "\", " + name + ", ";
    out_ << head;
    values(n, head.size());
    out_ << ")\n";
  }

  /// A line of code, each of its statements on a line of its own.
  void statements(const std::string& line) {
    const std::size_t remark = std::min(line.find("  # "), line.size());
    std::size_t begin = 0;
    for (std::size_t at = line.find("; "); at < remark; at = line.find("; ", begin)) {
      out_ << line.substr(begin, at - begin) << '\n';
      begin = at + 2;
    }
    out_ << line.substr(begin) << '\n';
  }

  CodeText out_;
  const PythonDialect& dialect_;
  bool pytorch_;
  CodeNumbers numbers_;
  const Trace& trace_;
  const Graph& graph_;
  std::vector<std::string> lines_;  // of each node
  std::vector<std::size_t> waiting_;
  std::vector<bool> given_ = std::vector<bool>(graph_.nodes().size(), false);
};

}  // namespace

CodeLanguage code_language(const std::string& name) {
  if (name == "pytorch") return CodeLanguage::pytorch;
  if (name == "numpy") return CodeLanguage::numpy;
  throw Error("'" + print_text(name) +
              "' is not a language of scripts; there are pytorch and numpy");
}

std::int64_t code_number_count(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Node& node : graph.nodes()) sum += cell_count(node.axes());
  return sum;
}

std::string export_code(CodeLanguage language, CodeNumbers numbers, const Settings& settings,
                        const Trace& trace, const std::string& command) {
  return Exporter(language, numbers, trace).write(settings, command);
}

std::vector<NamedTensor> code_tensors(const Trace& trace) {
  std::vector<NamedTensor> tensors;
  for (NamedTensor& tensor : named_tensors(trace)) {
    const Node& node = trace.graph()[*trace.graph().find(tensor.name)];
    if (!is_stored(node, CodeNumbers::beside)) continue;
    tensor.name = code_name(tensor.name);
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

}  // namespace headwise
