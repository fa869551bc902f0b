// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace widthwise::ui {

/// One replacement in a text: at `position` (in UTF-16 units), `removed` gave way to `inserted`.
struct TextEdit {
    qsizetype position = 0;
    QString removed;
    QString inserted;

    bool isEmpty() const { return removed.isEmpty() && inserted.isEmpty(); }
    TextEdit inverse() const { return {position, inserted, removed}; }
    QString appliedTo(QString text) const { return text.replace(position, removed.size(), inserted); }
};

/// The smallest single replacement that turns `before` into `after`; surrogate pairs stay whole.
TextEdit difference(const QString& before, const QString& after);

} // namespace widthwise::ui
