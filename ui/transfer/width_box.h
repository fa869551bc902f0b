// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSpinBox>

#include <algorithm>

namespace widthwise::ui {

/// The width of a model: a step doubles or halves it.
class WidthBox : public QSpinBox {
    Q_OBJECT
public:
    using QSpinBox::QSpinBox;

    void stepBy(int steps) override
    {
        double width = value();
        for (; steps > 0; --steps)
            width *= 2;
        for (; steps < 0; ++steps)
            width /= 2;
        setValue(int(std::clamp(width, double(minimum()), double(maximum()))));
    }
};

} // namespace widthwise::ui
