// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace widthwise {

/// Looks for secrets where they must not be: as they stand, in UTF-16, in hexadecimal, and in Base64 at any
/// place in what was encoded.
class SecretSearch {
public:
    explicit SecretSearch(const QStringList& secrets);

    bool isIn(const QByteArray& bytes) const;
    /// The files below `folder` that hold one, but for those in `allowed`.
    QStringList files(const QString& folder, const QStringList& allowed = {}) const;
    /// The command lines and environments of running processes that hold one.
    QStringList processes() const;

private:
    std::vector<QByteArray> m_patterns;
};

} // namespace widthwise
