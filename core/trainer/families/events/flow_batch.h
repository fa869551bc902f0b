// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trainer/families/events/event_layout.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace widthwise::trainer {

/// Where the columns of each type of element lie and how far they spread: (x − mean)/deviation is what the
/// model sees. The type itself stays as it is, and so does all where nothing was measured.
struct ElementScaling {
    struct Column {
        double mean = 0;
        double deviation = 1;
    };
    using Columns = std::array<Column, elementColumnCount>;
    std::array<Columns, elementTypeCount> types{};
};

/// Measures it over any number of samples.
class ElementMeter {
public:
    void add(const EventSample& sample);
    /// Columns that never change become zero.
    ElementScaling result() const;

private:
    /// Welford's running mean and sum of squared distances to it.
    struct Moments {
        double mean = 0;
        double squares = 0;
    };
    std::array<std::array<Moments, elementColumnCount>, elementTypeCount> m_moments{};
    std::array<double, elementTypeCount> m_counts{};
};

inline constexpr std::size_t momentumColumnCount = 5;

/// Some events as the model sees them, packed: see EventSample.
struct FlowBatch {
    std::vector<std::int64_t> offsets{0};
    std::vector<float> elements;       ///< [elements, elementColumnCount], scaled
    std::vector<float> kinematics;     ///< [elements, 5]: pt, η, sin φ, cos φ, E as they are
    std::vector<std::int64_t> types;   ///< [elements]: 0 track, 1 cluster
    std::vector<std::int64_t> classes; ///< [elements]
    std::vector<float> momenta; ///< [elements, 5]: ln pt/pt_element, η, sin φ, cos φ, ln E/E_element
    std::vector<float> weights; ///< [elements]: √pt of the particle in GeV; 0 where there is none

    std::int64_t size() const { return offsets.back(); } ///< elements
    std::int64_t particles() const;
};

/// Adds events of the sample, in this order.
void gatherEvents(const EventSample& sample, std::span<const std::uint32_t> events,
                  const ElementScaling& scaling, FlowBatch& batch);

} // namespace widthwise::trainer
