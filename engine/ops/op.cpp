#include "engine/ops/op.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "engine/tensor/print.hpp"

namespace headwise {

std::string_view count_name(Count::Kind kind) {
  switch (kind) {
    case Count::Kind::parameters: return "parameters";
    case Count::Kind::matmul_flops: return "matmul FLOPs";
    case Count::Kind::other_flops: return "other FLOPs";
    case Count::Kind::bytes: return "activations";
  }
  return "";
}

Tensor Op::compute(const std::vector<Tensor>& inputs, const Axes& axes) const {
  const Work all = work(inputs, axes);
  for (std::int64_t piece = 0; piece < all.pieces; ++piece) all.compute(piece);
  if (all.finish) all.finish();
  return all.out;
}

namespace {

struct SameAttribute {
  template <typename T>
  bool operator()(const T& a, const T& b) const {
    return a == b;
  }
  bool operator()(const Tensor& a, const Tensor& b) const {
    constexpr std::int64_t few = 4096;
    return a.axes() == b.axes() && (a.same_memory(b) || (a.size() <= few && a.values() == b.values()));
  }
  bool operator()(const std::shared_ptr<const Op>& a, const std::shared_ptr<const Op>& b) const { return a->same_as(*b); }
  template <typename A, typename B>
  bool operator()(const A&, const B&) const {
    return false;
  }
};

}  // namespace

bool Op::same_as(const Op& other) const {
  return name() == other.name() &&
         std::equal(made_from_.begin(), made_from_.end(), other.made_from_.begin(), other.made_from_.end(),
                    [](const auto& a, const auto& b) {
                      return a.first == b.first && std::visit(SameAttribute(), a.second, b.second);
                    });
}

Work products(Tensor out, std::vector<Tensor> reads, std::int64_t count, const std::function<Product(std::int64_t)>& product) {
  if (count == 0) return {std::move(out)};
  const std::int64_t each = product(0).pieces();
  const auto compute = [each, product](std::int64_t piece) { product(piece / each).compute(piece % each); };
  return {std::move(out), count * each, compute, std::move(reads)};
}

Work some_at_a_time(Tensor out, std::int64_t count, std::int64_t cost, std::function<void(std::int64_t)> compute) {
  constexpr std::int64_t piece_cost = 1 << 16;
  const std::int64_t step = std::max<std::int64_t>(1, piece_cost / std::max<std::int64_t>(1, cost));
  return {std::move(out), (count + step - 1) / step, [=, compute = std::move(compute)](std::int64_t piece) {
    for (std::int64_t i = piece * step; i < std::min((piece + 1) * step, count); ++i) compute(i);
  }};
}

Work in_rows(Tensor out, std::function<void(std::int64_t, std::span<float>)> compute, std::int64_t cost) {
  const std::int64_t row = std::max<std::int64_t>(1, out.axes().empty() ? 1 : out.axes().back().size);
  const std::span<float> values = out.mutable_values();
  const auto rows = static_cast<std::int64_t>(values.size()) / row;
  return some_at_a_time(std::move(out), rows, row * cost, [=, compute = std::move(compute)](std::int64_t r) {
    compute(r * row, values.subspan(static_cast<std::size_t>(r * row), static_cast<std::size_t>(row)));
  });
}

std::vector<Operand> Op::operands(const Signature& signature) const {
  return std::vector<Operand>(signature.input_ids.size());
}

Count flops(Count::Kind kind, std::string what,
            const std::vector<std::pair<std::string, std::int64_t>>& factors) {
  Count count{kind, std::move(what), {}, {}, 1};
  for (const auto& [name, value] : factors) {
    count.formula += (count.formula.empty() ? "" : " \u00d7 ") + name;
    count.numbers += (count.numbers.empty() ? "" : " \u00d7 ") + print_count(value);
    count.value *= value;
  }
  return count;
}

std::string letters(const Axes& axes) {
  static const std::map<AxisKind, const char*> by_kind{{AxisKind::batch, "b"}, {AxisKind::head, "h"},
                                                       {AxisKind::kv_head, "g"}, {AxisKind::query, "i"},
                                                       {AxisKind::key, "j"}};
  std::string text;
  for (const Axis& axis : axes) {
    const auto found = by_kind.find(axis.kind);
    std::string letter = found != by_kind.end() ? found->second : axis.name.substr(0, 1);
    if (axis.kind == AxisKind::feature) letter = axis.name == "d_model" ? "c" : axis.group > 0 ? "f" : letter;
    text += (text.empty() ? "[" : ",") + letter;
  }
  return text + "]";
}

std::vector<AxisLink> same_axes(std::size_t count, std::size_t first) {
  std::vector<AxisLink> links;
  for (std::size_t a = 0; a < count; ++a) links.push_back(AxisLink::same(first + a));
  return links;
}

Count flops_per_cell(std::string what, std::int64_t each, const Axes& axes) {
  std::vector<std::pair<std::string, std::int64_t>> factors;
  if (each > 1) factors.emplace_back(std::to_string(each), each);
  for (const Axis& axis : axes) factors.emplace_back(axis.group > 0 ? "(" + axis.name + ")" : axis.name, axis.size);
  return flops(Count::Kind::other_flops, std::move(what), factors);
}

std::string sizes_list(const Axes& axes) {
  std::string text;
  for (const Axis& axis : axes) text += (text.empty() ? "" : ", ") + std::to_string(axis.size);
  return text;
}

Matrix matrix_at(const Tensor& tensor, const Index& leading) {
  Index origin = leading;
  origin.resize(tensor.rank(), 0);
  const std::size_t row = tensor.rank() - 2;
  return {tensor.storage() + tensor.offset(origin), tensor.axes()[row].size, tensor.axes()[row + 1].size,
          tensor.stride(row), tensor.stride(row + 1)};
}

std::string code_number(double value) {
  char text[64];
  for (int digits = 1; digits <= 9; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    if (static_cast<float>(std::atof(text)) == static_cast<float>(value)) break;
  }
  return text;
}

Signature in_code(Signature signature) {
  signature.id = code_name(signature.id);
  for (std::string& id : signature.input_ids) id = code_name(id);
  return signature;
}

std::string code_name(std::string_view id) {
  std::string name;
  for (const char c : id) name += c == '/' ? "__" : std::string(1, c);
  return name;
}

}  // namespace headwise
