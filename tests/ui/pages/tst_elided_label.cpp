// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/ui_test.h"
#include "ui/pages/elided_label.h"

#include <QHBoxLayout>
#include <QTest>
#include <QToolTip>

using namespace widthwise::ui;

class TestElidedLabel : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void aLongTextMakesNoWindowWider()
    {
        QWidget window;
        auto* row = new QHBoxLayout(&window);
        auto* label = new ElidedLabel(Qt::ElideMiddle);
        row->addWidget(label);
        label->setText(QStringLiteral("saved in ") + QString(200, u'x') + QStringLiteral(".yaml"));
        window.resize(300, 50);
        window.show();
        QCOMPARE(window.width(), 300);
        const QString shown = label->shown();
        QVERIFY2(shown.startsWith(QStringLiteral("saved in ")) && shown.endsWith(QStringLiteral(".yaml")),
                 qPrintable(shown));
        QVERIFY(label->fontMetrics().horizontalAdvance(shown) <= label->width());

        QTest::ignoreMessage(QtWarningMsg, "This plugin does not support raise()");
        QHelpEvent help(QEvent::ToolTip, QPoint(5, 5), label->mapToGlobal(QPoint(5, 5)));
        QApplication::sendEvent(label, &help);
        QCOMPARE(QToolTip::text(), label->text());
        QToolTip::hideText();
    }

    void aShortTextStandsWhole()
    {
        ElidedLabel label;
        label.setText(QStringLiteral("saved"));
        label.resize(label.sizeHint());
        QCOMPARE(label.shown(), QStringLiteral("saved"));
    }
};

WIDTHWISE_UI_TEST_MAIN(TestElidedLabel)
#include "tst_elided_label.moc"
