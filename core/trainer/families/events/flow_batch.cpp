// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/events/flow_batch.h"

#include <algorithm>
#include <cmath>

namespace widthwise::trainer {

namespace {

std::size_t typeIndex(const ElementRow& row)
{
    return isTrack(row) ? 0 : 1;
}

float finite(float value)
{
    return std::isfinite(value) ? value : 0;
}

void addTarget(const ElementRow& row, const TargetRow& wanted, FlowBatch& batch)
{
    constexpr float leastPt = 1e-6F;
    const auto species = static_cast<std::int64_t>(wanted[target::Class]);
    batch.classes.push_back(species);
    if (species == 0) {
        batch.momenta.insert(batch.momenta.end(), momentumColumnCount, 0.0F);
        batch.weights.push_back(0);
        return;
    }
    batch.momenta.insert(batch.momenta.end(),
                         {finite(std::log(wanted[target::Pt] / row[element::Pt])), wanted[target::Eta],
                          wanted[target::SinPhi], wanted[target::CosPhi],
                          finite(std::log(wanted[target::Energy] / row[element::Energy]))});
    batch.weights.push_back(std::sqrt(std::max(wanted[target::Pt], leastPt)));
}

} // namespace

void ElementMeter::add(const EventSample& sample)
{
    for (const ElementRow& row : sample.elements) {
        const std::size_t type = typeIndex(row);
        m_counts[type] += 1;
        for (std::size_t column = 0; column < row.size(); ++column) {
            Moments& moments = m_moments[type][column];
            const double away = row[column] - moments.mean;
            moments.mean += away / m_counts[type];
            moments.squares += away * (row[column] - moments.mean);
        }
    }
}

ElementScaling ElementMeter::result() const
{
    ElementScaling scaling;
    for (std::size_t type = 0; type < elementTypeCount; ++type) {
        for (std::size_t column = element::Type + 1; m_counts[type] > 0 && column < elementColumnCount;
             ++column) {
            const Moments& moments = m_moments[type][column];
            const double deviation = std::sqrt(moments.squares / m_counts[type]);
            scaling.types[type][column] = {moments.mean, deviation > 0 ? deviation : 1};
        }
    }
    return scaling;
}

std::int64_t FlowBatch::particles() const
{
    return std::ranges::count_if(classes, [](std::int64_t species) { return species != 0; });
}

void gatherEvents(const EventSample& sample, std::span<const std::uint32_t> events,
                  const ElementScaling& scaling, FlowBatch& batch)
{
    for (const std::uint32_t event : events) {
        for (std::int64_t i = sample.offsets[event]; i < sample.offsets[event + 1]; ++i) {
            const ElementRow& row = sample.elements[static_cast<std::size_t>(i)];
            const std::size_t type = typeIndex(row);
            batch.types.push_back(static_cast<std::int64_t>(type));
            for (std::size_t column = 0; column < row.size(); ++column) {
                const ElementScaling::Column& by = scaling.types[type][column];
                batch.elements.push_back(static_cast<float>((row[column] - by.mean) / by.deviation));
            }
            batch.kinematics.insert(batch.kinematics.end(),
                                    {row[element::Pt], row[element::Eta], row[element::SinPhi],
                                     row[element::CosPhi], row[element::Energy]});
            addTarget(row, sample.targets[static_cast<std::size_t>(i)], batch);
        }
        batch.offsets.push_back(static_cast<std::int64_t>(batch.types.size()));
    }
}

} // namespace widthwise::trainer
