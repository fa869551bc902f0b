// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quiet_page.h"

#include "ui/pages/quiet_block.h"

#include <QVBoxLayout>

namespace widthwise::ui {

QuietPage::QuietPage(const QString& question, const QString& answer, const QString& missing, QWidget* parent)
    : Page(parent)
{
    auto* block = new QuietBlock(this);
    block->setQuestion(question);
    block->setParagraphs({answer, missing});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(block);
    setAccessibleName(question);
    setAccessibleDescription(answer + u' ' + missing);
}

QuietPage* QuietPage::transfer(QWidget* parent)
{
    return new QuietPage(tr("What happens at full width?"),
                         tr("The best narrow trials will be taken to full width here: predicted loss against "
                            "measured, and the GPU "
                            "hours that the narrow search saved."),
                         tr("This version cannot launch a transfer yet. Export gives you the best trial's "
                            "configuration to run at full "
                            "width yourself."),
                         parent);
}

} // namespace widthwise::ui
