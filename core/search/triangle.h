// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace widthwise {

/// The Cholesky factor U of a positive definite matrix UᵀU. Each number is computed by the same operations in
/// the same order on every machine, whatever its vector units and caches.
class Triangle {
public:
    Triangle() = default;
    /// Of the matrix whose upper triangle lies in `matrix`, row by row; n·n numbers.
    Triangle(std::vector<double> matrix, std::size_t n);

    std::size_t size() const { return m_size; }
    double at(std::size_t row, std::size_t column) const { return m_rows[row * m_size + column]; }
    /// The logarithm of the matrix's determinant, halved.
    double halfLogDeterminant() const;

    /// `columns` becomes U⁻ᵀ·columns; it holds `count` of them, row by row.
    void solveLower(std::span<double> columns, std::size_t count) const;
    /// `vector` becomes U⁻¹·vector.
    void solveUpper(std::span<double> vector) const;
    /// The upper triangle of (UᵀU)⁻¹, row by row; n·n numbers.
    std::vector<double> inverse() const;

private:
    std::vector<double> m_rows;
    std::size_t m_size = 0;
};

} // namespace widthwise
