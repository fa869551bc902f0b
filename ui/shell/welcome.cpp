// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/welcome.h"

#include "ui/theme/tone.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace widthwise::ui {

namespace {

constexpr int markSize = grid * 8;
constexpr int contentWidth = grid * 90;

QPushButton* makeButton(const QString& name, const QString& text)
{
    auto* button = new QPushButton(text);
    button->setObjectName(name);
    button->setAccessibleName(text);
    button->setMinimumWidth(grid * 20);
    return button;
}

} // namespace

Welcome::Welcome(QWidget* parent)
    : QWidget(parent), m_example(makeButton(QStringLiteral("openExample"), tr("Open the example")))
{
    setObjectName(QStringLiteral("welcome"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    auto* title = new QLabel(tr("Tune narrow, train wide"));
    QFont large = Theme::instance().strong();
    large.setPointSizeF(large.pointSizeF() * 1.8);
    title->setFont(large);
    auto* motto = new QLabel(
        tr("Search hyperparameters on a narrow model; under μP the best ones also serve the wide model."));
    setTone(*motto, Tone::Muted);
    motto->setWordWrap(true);
    auto* mark = new QLabel;
    mark->setPixmap(Theme::instance().mark().pixmap(QSize(markSize, markSize), devicePixelRatioF()));

    auto* fresh = makeButton(QStringLiteral("newExperiment"), tr("New experiment"));
    auto* file = makeButton(QStringLiteral("openFile"), tr("Open file…"));
    connect(m_example, &QPushButton::clicked, this, &Welcome::exampleWanted);
    connect(fresh, &QPushButton::clicked, this, &Welcome::newWanted);
    connect(file, &QPushButton::clicked, this, &Welcome::fileWanted);

    auto* ways = new QGridLayout;
    ways->setHorizontalSpacing(grid * 2);
    ways->setVerticalSpacing(grid);
    const std::pair<QPushButton*, QString> rows[] = {
        {m_example, tr("The learning-rate schedule of a small GN2 on simulated jets; runs on this machine.")},
        {fresh, tr("A short experiment file to change into your own.")},
        {file, tr("An experiment file (YAML). It can also be dropped on this window.")}};
    for (int row = 0; row < 3; ++row) {
        ways->addWidget(rows[row].first, row, 0);
        auto* help = new QLabel(rows[row].second);
        setTone(*help, Tone::Muted);
        help->setWordWrap(true);
        ways->addWidget(help, row, 1);
    }

    ways->setColumnStretch(1, 1);

    auto* column = new QVBoxLayout;
    column->setSpacing(grid * 2);
    column->addStretch(2);
    column->addWidget(mark);
    column->addWidget(title);
    column->addWidget(motto);
    column->addSpacing(grid * 2);
    column->addLayout(ways);
    column->addStretch(3);
    auto* content = new QWidget;
    content->setLayout(column);
    content->setMaximumWidth(contentWidth);
    auto* centre = new QHBoxLayout(this);
    centre->setContentsMargins(grid * 4, grid * 4, grid * 4, grid * 4);
    centre->addWidget(content);
}

void Welcome::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_example->setFocus(Qt::OtherFocusReason);
}

} // namespace widthwise::ui
