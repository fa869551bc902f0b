// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace widthwise {

/// A symmetric matrix as V·diag(values)·Vᵀ, by Jacobi's rotations: the same operations in the same order on
/// every machine.
struct Eigenvectors {
    /// `matrix`: n·n numbers.
    Eigenvectors(std::vector<double> matrix, std::size_t n);

    std::vector<double> values;
    std::vector<double> vectors; ///< the columns of V; n·n numbers, row by row
};

} // namespace widthwise
