// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/launch/metrics_collector.h"

#include <QTest>

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace widthwise {

/// A sample that is the same as another also where both are NaN.
struct Sample {
    std::int64_t step = 0;
    double value = 0;
    bool operator==(const Sample& other) const
    {
        return step == other.step && (value == other.value || (std::isnan(value) && std::isnan(other.value)));
    }
};
using Samples = std::map<std::string, std::vector<Sample>>;

inline Samples samplesOf(const MetricSamples& read)
{
    Samples samples;
    for (const auto& [name, column] : read)
        for (const MetricSample& sample : column)
            samples[name].push_back({sample.step, sample.value});
    return samples;
}

/// What the collector finds in `text`, and what it says of it.
inline Samples collected(const Collector& collector, const std::string& text, std::string* notice = nullptr)
{
    MetricSamples samples;
    const auto reader = makeCollector(collector, {});
    reader->take(text, true, samples);
    if (notice != nullptr)
        *notice = toText(reader->notices());
    return samplesOf(samples);
}

/// The same in stretches of random length, with a restart from the saved state after each.
inline Samples collectedInPieces(const Collector& collector, const std::string& text, unsigned seed)
{
    std::mt19937 random(seed);
    MetricSamples samples;
    std::string state;
    std::size_t offset = 0;
    for (std::size_t seen = 0; seen < text.size();) {
        seen = std::min<std::size_t>(text.size(), seen + 1 + random() % 40);
        const auto reader = makeCollector(collector, state);
        offset +=
            reader->take(std::string_view(text).substr(offset, seen - offset), seen == text.size(), samples);
        state = reader->state();
    }
    return samplesOf(samples);
}

inline std::string shown(const Samples& samples)
{
    std::string text;
    for (const auto& [name, column] : samples) {
        text += name + ":";
        for (const Sample& sample : column)
            text += ' ' + std::to_string(sample.step) + '=' + std::to_string(sample.value);
        text += "; ";
    }
    return text;
}

inline char* toString(const Samples& samples)
{
    return qstrdup(shown(samples).c_str());
}

} // namespace widthwise
