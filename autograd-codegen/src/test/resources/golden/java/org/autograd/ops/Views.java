class Views {
  static Layout transpose(Layout self, int dim0, int dim1) {}

  static Layout[] unbind(Layout self, int dim) {}
}
