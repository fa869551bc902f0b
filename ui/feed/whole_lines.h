// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace widthwise::ui {

/// Makes lines of the bytes of a text that grows.
class WholeLines {
public:
    void clear() { m_rest.clear(); }
    /// More bytes; returns the lines that end in them. Where a line was overwritten in place (\r) only what
    /// it became last. With `afterGap` bytes are missing before these: the line that they begin in is left
    /// out.
    QString take(const QByteArray& bytes, bool afterGap);
    /// The line under way, as far as it is known.
    QString rest() const;

private:
    QByteArray m_rest; ///< the beginning of a line whose end is not known yet
};

} // namespace widthwise::ui
