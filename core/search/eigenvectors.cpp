// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/eigenvectors.h"

#include <cmath>

namespace widthwise {

namespace {

constexpr int sweeps = 30;
constexpr double small = 1e-15; ///< what of a diagonal counts as nothing beside it

void rotate(double& a, double& b, double cosine, double sine)
{
    const double before = a;
    a = cosine * before - sine * b;
    b = sine * before + cosine * b;
}

} // namespace

Eigenvectors::Eigenvectors(std::vector<double> matrix, std::size_t n) : values(n), vectors(n * n, 0.0)
{
    for (std::size_t i = 0; i < n; ++i)
        vectors[i * n + i] = 1;
    bool isDiagonal = false;
    for (int sweep = 0; sweep < sweeps && !isDiagonal; ++sweep) {
        isDiagonal = true;
        for (std::size_t p = 0; p + 1 < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                const double off = matrix[p * n + q];
                const double first = matrix[p * n + p], second = matrix[q * n + q];
                if (std::abs(off) <= small * std::sqrt(std::abs(first * second)))
                    continue;
                isDiagonal = false;
                const double theta = (second - first) / (2 * off);
                const double tangent =
                    (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
                const double cosine = 1 / std::sqrt(tangent * tangent + 1), sine = tangent * cosine;
                for (std::size_t k = 0; k < n; ++k)
                    rotate(matrix[k * n + p], matrix[k * n + q], cosine, sine);
                for (std::size_t k = 0; k < n; ++k)
                    rotate(matrix[p * n + k], matrix[q * n + k], cosine, sine);
                for (std::size_t k = 0; k < n; ++k)
                    rotate(vectors[k * n + p], vectors[k * n + q], cosine, sine);
            }
    }
    for (std::size_t i = 0; i < n; ++i)
        values[i] = matrix[i * n + i];
}

} // namespace widthwise
