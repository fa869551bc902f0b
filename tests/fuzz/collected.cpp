// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/collected.h"

#include "core/launch/metrics_collector.h"
#include "tests/fuzz/targets.h"

#include <algorithm>
#include <bit>

namespace widthwise::fuzz {

namespace {

bool isSame(const MetricSample& one, const MetricSample& other) // NaN is NaN
{
    return one.step == other.step &&
           std::bit_cast<std::uint64_t>(one.value) == std::bit_cast<std::uint64_t>(other.value);
}

bool areSame(const MetricSamples& one, const MetricSamples& other)
{
    return std::ranges::equal(one, other, [](const auto& metric, const auto& same) {
        return metric.first == same.first && std::ranges::equal(metric.second, same.second, isSame);
    });
}

} // namespace

void expectOneReading(const Collector& collector, std::string_view file)
{
    MetricSamples atOnce;
    makeCollector(collector, {})->take(file, true, atOnce);
    for (const auto& [name, samples] : atOnce)
        for (const MetricSample& sample : samples)
            expect(sample.step >= 0, "no step is below zero");

    MetricSamples bitByBit;
    std::string state;
    std::size_t taken = 0;
    for (const std::size_t end : {file.size() / 2, file.size()}) {
        const auto reader = makeCollector(collector, state);
        taken += reader->take(file.substr(taken, end - taken), end == file.size(), bitByBit);
        expect(taken <= end, "no more is taken than there is");
        state = reader->state();
    }
    expect(areSame(atOnce, bitByBit), "a file is read alike, at once and bit by bit");
}

} // namespace widthwise::fuzz
