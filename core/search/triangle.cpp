// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/triangle.h"

#include "core/space/exact_math.h"

#include <cmath>

namespace widthwise {

namespace {

constexpr double leastPivot = 1e-12;

void subtract(double factor, const double* row, double* from, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        from[i] -= factor * row[i];
}

} // namespace

Triangle::Triangle(std::vector<double> matrix, std::size_t n) : m_rows(std::move(matrix)), m_size(n)
{
    for (std::size_t k = 0; k < n; ++k) {
        double* row = &m_rows[k * n];
        const double pivot = std::sqrt(row[k] > leastPivot ? row[k] : leastPivot);
        for (std::size_t j = k; j < n; ++j)
            row[j] /= pivot;
        row[k] = pivot;
        for (std::size_t i = k + 1; i < n; ++i)
            subtract(row[i], row + i, &m_rows[i * n + i], n - i);
    }
}

double Triangle::halfLogDeterminant() const
{
    double sum = 0;
    for (std::size_t k = 0; k < m_size; ++k)
        sum += exactLog(at(k, k));
    return sum;
}

void Triangle::solveLower(std::span<double> columns, std::size_t count) const
{
    for (std::size_t k = 0; k < m_size; ++k) {
        double* row = &columns[k * count];
        const double pivot = 1 / at(k, k);
        for (std::size_t c = 0; c < count; ++c)
            row[c] *= pivot;
        for (std::size_t j = k + 1; j < m_size; ++j)
            subtract(at(k, j), row, &columns[j * count], count);
    }
}

void Triangle::solveUpper(std::span<double> vector) const
{
    for (std::size_t k = m_size; k-- > 0;) {
        double sum = vector[k];
        for (std::size_t j = k + 1; j < m_size; ++j)
            sum -= at(k, j) * vector[j];
        vector[k] = sum / at(k, k);
    }
}

std::vector<double> Triangle::inverse() const
{
    const std::size_t n = m_size;
    // U⁻ᵀ is a lower triangle: its column c begins in row c.
    std::vector<double> lower(n * n, 0.0), result(n * n, 0.0);
    for (std::size_t k = 0; k < n; ++k) {
        double* row = &lower[k * n];
        row[k] = 1;
        const double pivot = 1 / at(k, k);
        for (std::size_t c = 0; c <= k; ++c)
            row[c] *= pivot;
        for (std::size_t j = k + 1; j < n; ++j)
            subtract(at(k, j), row, &lower[j * n], k + 1);
    }
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t i = 0; i <= k; ++i)
            subtract(-lower[k * n + i], &lower[k * n + i], &result[i * n + i], k + 1 - i);
    return result;
}

} // namespace widthwise
