// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QString>

namespace widthwise::ui {

class Chart;
class StoreClient;

/// Saves a chart as a file that the person chooses.
class PictureButton : public QPushButton {
    Q_OBJECT
public:
    PictureButton(const Chart& chart, const StoreClient& client, QWidget* parent);

    /// What the file is called where the person says nothing else, without the dot and what follows.
    void setFileName(const QString& name) { m_name = name; }

Q_SIGNALS:
    /// How it went, in a sentence.
    void said(const QString& message);

private:
    void chooseFile();
    void save(const QString& path);

    const Chart& m_chart;
    const StoreClient& m_client;
    QString m_name;
};

} // namespace widthwise::ui
