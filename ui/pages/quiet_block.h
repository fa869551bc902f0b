// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace widthwise::ui {

/// One centred block of text on an otherwise empty page: a question and what there is to say about it.
class QuietBlock : public QWidget {
    Q_OBJECT
public:
    explicit QuietBlock(QWidget* parent = nullptr);

    void setQuestion(const QString& question);
    /// Paragraphs below the question; the last one stands back.
    void setParagraphs(const QStringList& paragraphs);
    /// Below the paragraphs.
    void addWidget(QWidget* widget);

private:
    QLabel* m_question;
    QVBoxLayout* m_paragraphs;
    QVBoxLayout* m_widgets;
    QList<QLabel*> m_labels;
};

} // namespace widthwise::ui
