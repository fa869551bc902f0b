// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/editing/problem_model.h"

#include <QListView>

namespace widthwise::ui {

class YamlEditor;

/// What is wrong with a document, below its editor: a click, or Enter, goes to the place in the text, or
/// asks for the field. Not there while nothing is wrong.
class ProblemList : public QListView {
    Q_OBJECT
public:
    /// Shows up to `lines` problems without scrolling.
    ProblemList(YamlDocument& document, YamlEditor& editor, int lines, QWidget* parent = nullptr);

Q_SIGNALS:
    /// What is wrong stands in the field of this key, and not in the text.
    void fieldWanted(const QString& key);

private:
    void fit(int lines);

    ProblemModel m_problems;
};

} // namespace widthwise::ui
