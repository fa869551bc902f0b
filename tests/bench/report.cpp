// SPDX-License-Identifier: GPL-3.0-or-later
#include "report.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <ftw.h>
#include <stdexcept>
#include <thread>

namespace widthwise::bench {
namespace {

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    if (std::abs(value) >= 1000 && std::abs(value) < 1e6)
        std::snprintf(text, sizeof text, "%.0f", value);
    return text;
}

std::string toText(const Target& target)
{
    const std::string bound = target.bound == Target::Bound::AtLeast ? ">= " : "<= ";
    return bound + number(target.limit) + (target.of == Target::Of::Ratio ? "x" : "");
}

bool holds(const Target& target, double value)
{
    return target.bound == Target::Bound::AtLeast ? value >= target.limit : value <= target.limit;
}

long long nanoseconds()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

} // namespace

void report(const Row& row)
{
    const double ratio = row.reference ? row.value / row.reference->value : std::nan("");
    std::string verdict;
    if (row.target)
        verdict = holds(*row.target, row.target->of == Target::Of::Ratio ? ratio : row.value) ? "holds"
                                                                                              : "falls short";
    std::printf("%-46s %9s %-9s %-26s %9s %8s %9s  %s\n", row.figure.c_str(), number(row.value).c_str(),
                row.unit.c_str(), row.reference ? row.reference->name.c_str() : "",
                row.reference ? number(row.reference->value).c_str() : "",
                std::isfinite(ratio) ? (number(ratio) + "x").c_str() : "",
                row.target ? toText(*row.target).c_str() : "", verdict.c_str());
    std::fflush(stdout);
}

double Sample::quantile(double share) const
{
    if (m_values.empty())
        throw std::logic_error("nothing was measured");
    std::vector<double> sorted = m_values;
    std::ranges::sort(sorted);
    return sorted[static_cast<std::size_t>(std::lround(share * static_cast<double>(sorted.size() - 1)))];
}

Stopwatch::Stopwatch() : m_startNanoseconds(nanoseconds()) {}

double Stopwatch::seconds() const
{
    return 1e-9 * static_cast<double>(nanoseconds() - m_startNanoseconds);
}

Reference lateness()
{
    Sample late;
    for (int i = 0; i < 200; ++i) {
        const Stopwatch watch;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        late.add(1e3 * watch.seconds() - 1);
    }
    return {"a sleep is late by", late.p95()};
}

ScratchFolder::ScratchFolder()
{
    std::string path = std::filesystem::temp_directory_path() / "widthwise-bench-XXXXXX";
    if (mkdtemp(path.data()) == nullptr)
        throw std::runtime_error("no folder can be made at " + path + "; set TMPDIR to one with free space");
    m_path = path;
}

ScratchFolder::~ScratchFolder()
{
    // Not std::filesystem::remove_all, which LibTorch's Python packages export a copy of: benchmarks ended in
    // a crash.
    const auto remove = [](const char* path, const struct stat*, int, FTW*) { return std::remove(path); };
    nftw(m_path.c_str(), remove, 16, FTW_DEPTH | FTW_PHYS);
}

} // namespace widthwise::bench
