#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/ops/access.hpp"
#include "engine/ops/expression.hpp"
#include "engine/tensor/matmul.hpp"
#include "engine/tensor/strides.hpp"
#include "engine/tensor/tensor.hpp"

namespace headwise {

/// Where an op stands in a graph: the names and shapes its formulas and counts are written with.
struct Signature {
  std::string id;
  Axes axes;
  std::vector<std::string> input_ids;
  std::vector<Axes> input_axes;
};

/// What an explanation is made from: cells of the op's inputs, and of its own output.
class Scope {
 public:
  virtual ~Scope() = default;
  virtual const Signature& signature() const = 0;
  virtual Expression input(std::size_t input, Index index) const = 0;
  virtual Expression self(Index index) const = 0;
};

/// Something counted, and how: `formula` in symbols, `numbers` the same with the sizes in it.
struct Count {
  enum class Kind { parameters, matmul_flops, other_flops, bytes };
  Kind kind = Kind::parameters;
  std::string what;
  std::string formula;
  std::string numbers;
  std::int64_t value = 0;
};

/// `parameters`, `matmul FLOPs`, `other FLOPs`, `activations`.
std::string_view count_name(Count::Kind kind);
inline constexpr Count::Kind count_kinds[] = {Count::Kind::parameters, Count::Kind::matmul_flops, Count::Kind::other_flops,
                                              Count::Kind::bytes};

/// A tensor to be computed in pieces, in any order, each at another time or by another thread. Without
/// pieces it is there already.
struct Work {
  Tensor out;
  std::int64_t pieces = 0;
  std::function<void(std::int64_t)> compute = {};
  std::vector<Tensor> reads = {};  // what has to be there as long as the work is
  std::function<void()> finish = {};  // once all pieces are there
};

/// How an input is drawn in front of the result: `lead x tail`, with rows and columns exchanged
/// where `transposed`.
struct Operand {
  std::string lead;
  bool transposed = false;
  std::string tail = {};
};

/// What a tensor's values look like: any sign, or shares between 0 and 1.
enum class ValueRange { any, unit };

class InPlace;
class Op;

using Attribute = std::variant<std::int64_t, double, std::string, std::vector<std::string>,
                               std::vector<std::int64_t>, Axes, Tensor, std::shared_ptr<const Op>>;
using Attributes = std::map<std::string, Attribute>;

/// Typed access for the ops' makers; a missing attribute is a programming error.
template <typename T>
const T& attribute(const Attributes& attributes, const std::string& key) {
  return std::get<T>(attributes.at(key));
}

/// One step of a pipeline. Everything the product shows about it is said here, in one file.
/// Indices in formulas: b item of the batch, h query head, g KV head, i query, j key, t token,
/// d entry of a head, c and f features.
class Op {
 public:
  virtual ~Op() = default;

  virtual std::string_view name() const = 0;
  /// A sentence or two for a learner: what it does, and why.
  virtual std::string summary() const = 0;
  /// Paper or specification, where there is one.
  virtual std::string_view source() const { return ""; }

  /// The output's axes from the inputs'. Needs no values, so it works for sizes too large to run.
  virtual Axes shape(const std::vector<Axes>& inputs) const = 0;
  /// Which region of each input (and of itself) an output region reads.
  virtual std::vector<Access> access(const Signature& signature) const = 0;
  /// The output's values. An op implements either compute() or, where it may take long, work().
  virtual Tensor compute(const std::vector<Tensor>& inputs, const Axes& axes) const;
  virtual Work work(const std::vector<Tensor>& inputs, const Axes& axes) const { return {compute(inputs, axes)}; }
  /// The terms that make the value at `index`; evaluates to it.
  virtual Expression explain(const Scope& scope, const Index& index) const = 0;

  /// In plain notation, with the sizes in it.
  virtual std::string formula(const Signature& signature) const = 0;
  /// The line of PyTorch that does the same.
  virtual std::string pytorch(const Signature& signature) const = 0;
  /// The line of NumPy that does the same; by default PyTorch's, where the two read alike.
  virtual std::string numpy(const Signature& signature) const { return pytorch(signature); }
  /// FLOPs. Parameters and bytes follow from the shapes and are counted by the graph.
  virtual std::vector<Count> counts(const Signature&) const { return {}; }
  /// One for each input that is drawn, in order.
  virtual std::vector<Operand> operands(const Signature& signature) const;
  virtual ValueRange value_range() const { return ValueRange::any; }
  /// True where the output is another way of reading its input's memory.
  virtual bool is_view() const { return false; }
  /// How a view walks the memory that its input walks so; nothing where it is none, or one that plain
  /// strides cannot say.
  virtual std::optional<Strides> strides(const Strides&, const Axes&) const { return std::nullopt; }
  /// The same op, where it can work on the values of its first input where they lie.
  virtual const InPlace* in_place() const { return nullptr; }

  /// Do both make the same of the same inputs? False where that would take long to tell.
  bool same_as(const Op& other) const;
  /// For the catalog: what the op was made from, which is all it knows.
  void remember(Attributes attributes) { made_from_ = std::move(attributes); }

 private:
  Attributes made_from_;
};

// Helpers for access, formulas and counts.
/// `[b,h,i,j]`: the letters that formulas use for these axes.
std::string letters(const Axes& axes);
/// Output axes first, first + 1, ... read as they are by `count` axes of an input.
std::vector<AxisLink> same_axes(std::size_t count, std::size_t first = 0);
/// As many FLOPs a cell as given: `2·B·h·T_q`.
Count flops_per_cell(std::string what, std::int64_t each, const Axes& axes);
/// `2·B·h·T_q` with the numbers beside it: a product of factors.
Count flops(Count::Kind kind, std::string what, const std::vector<std::pair<std::string, std::int64_t>>& factors);
/// Sizes as arguments: `1, 7, 8`.
std::string sizes_list(const Axes& axes);
/// The row-major matrix that the last two axes make at the given leading indices.
Matrix matrix_at(const Tensor& tensor, const Index& leading);
/// Products of matrices of the same sizes, one for each of `count` places, as pieces of work.
Work products(Tensor out, std::vector<Tensor> reads, std::int64_t count, const std::function<Product(std::int64_t)>& product);
/// compute(i) for `count` places, some of them a piece. `cost` is how many numbers one is made from.
Work some_at_a_time(Tensor out, std::int64_t count, std::int64_t cost, std::function<void(std::int64_t)> compute);
/// The rows of a tensor in its memory, some of them a piece: compute(cells before it, the row's cells).
/// `cost` is how many numbers a cell is made from.
Work in_rows(Tensor out, std::function<void(std::int64_t, std::span<float>)> compute, std::int64_t cost = 1);
/// A double as code prints it, shortest: `0.5`, `0.35355338`.
std::string code_number(double value);
/// The variable that code uses for a node: its id with every `/` as `__`.
std::string code_name(std::string_view id);
/// The signature with its ids as names in code, for pytorch() and numpy().
Signature in_code(Signature signature);

}  // namespace headwise
