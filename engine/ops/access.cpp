#include "engine/ops/access.hpp"

#include <algorithm>

namespace headwise {

namespace {

Range clip(Range range, std::int64_t size) {
  range.begin = std::clamp<std::int64_t>(range.begin, 0, size);
  range.end = std::clamp<std::int64_t>(range.end, range.begin, size);
  return range;
}

/// Where `range` falls within blocks of `factor`; everything when it spans several.
Range within_block(Range range, std::int64_t factor) {
  if (range.size() == 0) return {0, 0};
  if (range.begin / factor != (range.end - 1) / factor) return {0, factor};
  return {range.begin % factor, (range.end - 1) % factor + 1};
}

Range blocks(Range range, std::int64_t factor) {
  if (range.size() == 0) return {0, 0};
  return {range.begin / factor, (range.end - 1) / factor + 1};
}

Range intersect(Range a, Range b) {
  const std::int64_t begin = std::max(a.begin, b.begin);
  return {begin, std::max(begin, std::min(a.end, b.end))};
}

bool is_whole_block(Range range, std::int64_t factor) { return range.begin % factor == 0 && range.end % factor == 0; }

/// Cuts every region at the first and the last edge between blocks within it, or into single entries.
void cut(std::vector<Region>& regions, std::size_t axis, std::int64_t factor) {
  std::vector<Region> all;
  for (const Region& region : regions) {
    const Range range = region[axis];
    const std::int64_t first = std::min(range.end, (range.begin + factor - 1) / factor * factor);
    const std::int64_t last = std::max(first, range.end / factor * factor);
    for (const Range part : {Range{range.begin, first}, Range{first, last}, Range{last, range.end}}) {
      if (part.size() == 0) continue;
      all.push_back(region);
      all.back()[axis] = part;
    }
  }
  regions = std::move(all);
}

void cut_into_singles(std::vector<Region>& regions, std::size_t axis) {
  std::vector<Region> all;
  for (const Region& region : regions) {
    for (std::int64_t i = region[axis].begin; i < region[axis].end; ++i) {
      all.push_back(region);
      all.back()[axis] = {i, i + 1};
    }
  }
  regions = std::move(all);
}

/// The boxes that `map` makes of the parts, without the empty ones.
template <typename Map>
std::vector<Region> mapped(const std::vector<Region>& parts, const Map& map) {
  std::vector<Region> all;
  for (const Region& part : parts) {
    if (Region region = map(part); cell_count(region) > 0) all.push_back(std::move(region));
  }
  return all;
}

}  // namespace

Region reads(const Access& access, const Region& output, const Axes& input_axes) {
  using Kind = AxisLink::Kind;
  Region region;
  for (std::size_t a = 0; a < access.links.size(); ++a) {
    const AxisLink& link = access.links[a];
    const std::int64_t size = input_axes[a].size;
    const Range out = link.axis < output.size() ? output[link.axis] : Range{0, 1};
    switch (link.kind) {
      case Kind::same: region.push_back(out); break;
      case Kind::whole:
      case Kind::some: region.push_back({0, size}); break;
      case Kind::quotient: region.push_back(blocks(out, link.factor)); break;
      case Kind::remainder: region.push_back(within_block(out, link.factor)); break;
      case Kind::merged: {
        const Range inner = output[link.inner];
        if (out.size() == 0 || inner.size() == 0) {
          region.push_back({0, 0});
        } else {
          region.push_back({out.begin * link.factor + inner.begin,
                            (out.end - 1) * link.factor + inner.end});
        }
        break;
      }
      case Kind::block: region.push_back(clip({out.begin * link.factor, out.end * link.factor}, size)); break;
      case Kind::previous: region.push_back(clip({out.begin - 1, out.end - 1}, size)); break;
      case Kind::fixed: region.push_back({link.factor, link.factor + 1}); break;
      case Kind::shifted: region.push_back(clip({out.begin + link.factor, out.end + link.factor}, size)); break;
    }
  }
  return region;
}

Region readers(const Access& access, const Region& input, const Axes& output_axes) {
  using Kind = AxisLink::Kind;
  Region region = whole(output_axes);
  const auto narrow = [&region](std::size_t axis, Range to) { region[axis] = intersect(region[axis], to); };
  bool none = false;
  for (std::size_t a = 0; a < access.links.size(); ++a) {
    const AxisLink& link = access.links[a];
    const Range in = input[a];
    switch (link.kind) {
      case Kind::same: narrow(link.axis, in); break;
      case Kind::whole:
      case Kind::some: none |= in.size() == 0; break;
      case Kind::shifted: narrow(link.axis, {in.begin - link.factor, in.end - link.factor}); break;
      case Kind::quotient: narrow(link.axis, {in.begin * link.factor, in.end * link.factor}); break;
      case Kind::remainder: {
        // Exact where the quotient on the same axis already left one block (links are in order).
        const Range out = region[link.axis];
        if (out.size() > 0 && out.begin / link.factor == (out.end - 1) / link.factor) {
          const std::int64_t base = out.begin / link.factor * link.factor;
          narrow(link.axis, {base + in.begin, base + in.end});
        }
        none |= in.size() == 0;
        break;
      }
      case Kind::merged:
        narrow(link.axis, blocks(in, link.factor));
        narrow(link.inner, within_block(in, link.factor));
        break;
      case Kind::block: narrow(link.axis, blocks(in, link.factor)); break;
      case Kind::previous: narrow(link.axis, {in.begin + 1, in.end + 1}); break;
      case Kind::fixed: none |= !in.contains(link.factor); break;
    }
  }
  if (none) {
    for (Range& range : region) range = {0, 0};
  }
  return region;
}

std::vector<Region> exact_reads(const Access& access, const Region& output, const Axes& input_axes) {
  using Kind = AxisLink::Kind;
  if (cell_count(output) == 0) return {};
  std::vector<Region> parts{output};
  for (const AxisLink& link : access.links) {
    if (link.kind == Kind::remainder) cut(parts, link.axis, link.factor);
    if (link.kind == Kind::merged && output[link.inner].size() < link.factor) cut_into_singles(parts, link.axis);
  }
  return mapped(parts, [&](const Region& part) { return reads(access, part, input_axes); });
}

std::vector<Region> exact_readers(const Access& access, const Region& input, const Axes& output_axes) {
  using Kind = AxisLink::Kind;
  if (cell_count(input) == 0) return {};
  std::vector<Region> parts{input};
  for (std::size_t a = 0; a < access.links.size(); ++a) {
    const AxisLink& link = access.links[a];
    if (link.kind == Kind::merged) cut(parts, a, link.factor);
    if (link.kind != Kind::remainder || is_whole_block(input[a], link.factor)) continue;
    // Which entries of a block: one block at a time.
    for (std::size_t q = 0; q < a; ++q) {
      if (access.links[q].kind == Kind::quotient && access.links[q].axis == link.axis) cut_into_singles(parts, q);
    }
  }
  return mapped(parts, [&](const Region& part) { return readers(access, part, output_axes); });
}

}  // namespace headwise
