// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quiet_block.h"

#include "ui/theme/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace widthwise::ui {

namespace {

constexpr int blockWidth = 56 * grid;

} // namespace

QuietBlock::QuietBlock(QWidget* parent)
    : QWidget(parent), m_question(new QLabel(this)), m_paragraphs(new QVBoxLayout)
{
    QFont font = Theme::instance().strong();
    font.setPointSizeF(font.pointSizeF() * 1.35);
    m_question->setFont(font);
    m_question->setWordWrap(true);
    m_question->setFixedWidth(blockWidth);
    m_paragraphs->setSpacing(grid);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(2 * grid);
    layout->addStretch(2);
    layout->addWidget(m_question, 0, Qt::AlignHCenter);
    layout->addLayout(m_paragraphs);
    layout->addStretch(3);
}

void QuietBlock::setQuestion(const QString& question)
{
    m_question->setText(question);
}

void QuietBlock::setParagraphs(const QStringList& paragraphs)
{
    qDeleteAll(m_labels);
    m_labels.clear();
    for (const QString& paragraph : paragraphs) {
        auto* label = new QLabel(paragraph, this);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setFixedWidth(blockWidth);
        m_paragraphs->addWidget(label, 0, Qt::AlignHCenter);
        m_labels.append(label);
    }
    if (m_labels.size() > 1)
        m_labels.last()->setForegroundRole(QPalette::PlaceholderText);
}

} // namespace widthwise::ui
