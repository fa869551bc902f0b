// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quiet_block.h"

#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace widthwise::ui {

namespace {

constexpr int blockWidth = 56 * grid;

} // namespace

QuietBlock::QuietBlock(QWidget* parent)
    : QWidget(parent), m_question(new QLabel(this)), m_paragraphs(new QVBoxLayout), m_widgets(new QVBoxLayout)
{
    QFont font = Theme::instance().strong();
    font.setPointSizeF(font.pointSizeF() * 1.35);
    m_question->setFont(font);
    m_question->setWordWrap(true);
    m_paragraphs->setSpacing(grid);
    m_widgets->setSpacing(2 * grid);

    auto* block = new QVBoxLayout;
    block->setSpacing(2 * grid);
    block->addStretch(2);
    block->addWidget(m_question);
    block->addLayout(m_paragraphs);
    block->addLayout(m_widgets);
    block->addStretch(3);
    auto* column = new QWidget(this);
    column->setLayout(block);
    column->setMaximumWidth(blockWidth);
    auto* layout = new QHBoxLayout(this);
    layout->addStretch(1);
    layout->addWidget(column, 1000);
    layout->addStretch(1);
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
        m_paragraphs->addWidget(label);
        m_labels.append(label);
    }
    if (m_labels.size() > 1)
        m_labels.last()->setForegroundRole(QPalette::PlaceholderText);
}

void QuietBlock::addWidget(QWidget* widget)
{
    m_widgets->addWidget(widget);
}

} // namespace widthwise::ui
