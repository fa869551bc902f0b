// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/editing/text_edit.h"

#include <QPlainTextEdit>

namespace widthwise::ui {

class YamlDocument;

/// The document's text, with line numbers and a wavy line where something is wrong. It has no history of its
/// own.
class YamlEditor : public QPlainTextEdit {
    Q_OBJECT
public:
    YamlEditor(YamlDocument& document, QWidget* parent);

    /// Puts the cursor at a place, both counted from 1, and the keyboard into the editor.
    void goTo(int line, int column);

    int gutterWidth() const;
    void paintGutter(QPaintEvent* event);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void load();
    void follow(const TextEdit& edit);
    void takeTyped();
    void markProblems();
    void placeGutter();
    void breakLine();
    QString plainText() const;
    QTextCursor wordAt(int line, int column) const;

    YamlDocument& m_document;
    QWidget* m_gutter;
    bool m_following = false;
};

} // namespace widthwise::ui
