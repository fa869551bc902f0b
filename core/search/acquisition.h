// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/draws.h"
#include "core/search/evidence.h"
#include "core/search/gaussian_process.h"
#include "core/search/unit_space.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace widthwise {

/// What a trial at a point is worth: the logarithm of the improvement that is expected there and of the
/// chance that the trial does not fail.
class Acquisition {
public:
    Acquisition(const UnitSpace& space, const Evidence& evidence);

    std::vector<double> at(const std::vector<std::vector<double>>& points) const;
    const Covariance& covariance() const { return m_process.covariance(); }

private:
    GaussianProcess m_process;
    std::optional<GaussianProcess> m_failing;
    double m_best;
};

/// The best point that a search finds: over all of the space, and near `starts`. `sobolFirst`: which part of
/// Sobol's sequence it looks at.
std::vector<double> maximize(const Acquisition& acquisition, const UnitSpace& space,
                             const std::vector<std::vector<double>>& starts, std::uint64_t seed,
                             std::uint64_t trial);

} // namespace widthwise
