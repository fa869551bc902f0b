// SPDX-License-Identifier: GPL-3.0-or-later
// What it takes to start a C++ program and to end it.
int main() {}
