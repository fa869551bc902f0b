// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

namespace widthwise::ui {

/// A page that cannot answer its question yet: the question, what will answer it, and what is missing now.
class QuietPage : public Page {
    Q_OBJECT
public:
    QuietPage(const QString& question, const QString& answer, const QString& missing,
              QWidget* parent = nullptr);

    void showExperiment(const ExperimentRecord& /*experiment*/) override {}

    static QuietPage* transfer(QWidget* parent = nullptr);
};

} // namespace widthwise::ui
